/**
 * The training loop: epochs of shuffled batches, each followed by a look at the validation patients.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { Adam } from "./adam.ts";
import { allSlices, groups, makeBatch, shuffledSlices } from "./batch.ts";
import type { Network } from "./network.ts";
import { assertSameSize, type PreparedPatient } from "./prepared_patient.ts";
import { learningRateOf, type MilestoneSchedule } from "./schedule.ts";
import { trainingStep } from "./training_step.ts";
import { validate, type Validation } from "./validation.ts";

/** How to train. */
export interface FitSettings {
  readonly epochs: number;
  /** Slices a step. */
  readonly batchSize: number;
  readonly schedule: MilestoneSchedule;
  /** Fixes the order of the slices. */
  readonly seed: number;
}

/** What an epoch came to. */
export interface EpochResult {
  /** From 1. */
  readonly epoch: number;
  readonly learningRate: number;
  /** Mean loss of the epoch's batches, each before its step. */
  readonly trainingLoss: number;
  readonly validation: Validation;
  /** Whether no epoch before had a validation loss as low. */
  readonly isBest: boolean;
  /** Slices learned from in a second, validation left out. */
  readonly slicesPerSecond: number;
}

/** Hears how the training goes. */
export interface FitObserver {
  /** After each step: how many slices are done in this epoch, and the batch's loss. */
  onStep?(slices: number, loss: number): void;
  /** After each batch of the validation: how many slices are done in this epoch, training's included. */
  onValidation?(slices: number): void;
  /** After each epoch. Training goes on when the promise is fulfilled. */
  onEpoch?(result: EpochResult): Promise<void> | void;
}

/** The loss was not a finite number. */
export class DivergedError extends Error {
  override readonly name = "DivergedError";
  constructor(readonly epoch: number, readonly step: number, readonly loss: number) {
    super(
      `Training stopped as the loss must be a finite number: it is ${loss} at step ${step} of epoch ` +
        `${epoch}. A lower --learning-rate may help; checkpoints of earlier epochs are kept.`,
    );
  }
}

/**
 * Trains a network in place.
 *
 * @param training Patients to learn from.
 * @param validation Other patients, to measure on.
 * @throws {DivergedError} when the loss is not finite; the weights are those before that step.
 * @throws {RangeError} when a patient's slices have another size than the first one's, or one that the
 * network cannot halve.
 */
export async function fit(
  network: Network,
  training: readonly PreparedPatient[],
  validation: readonly PreparedPatient[],
  settings: FitSettings,
  observer: FitObserver = {},
): Promise<void> {
  assertSameSize([...training, ...validation], network.architecture);
  const optimizer = new Adam(network.parameterCount);
  const slices = allSlices(training);
  let best = Infinity;
  try {
    for (let epoch = 1; epoch <= settings.epochs; epoch++) {
      const learningRate = learningRateOf(settings.schedule, epoch - 1);
      const started = performance.now();
      const batches = groups(shuffledSlices(slices, settings.seed, epoch), settings.batchSize);
      let sum = 0, done = 0;
      for (const [step, group] of batches.entries()) {
        const batch = makeBatch(group);
        const loss = await trainingStep(network, optimizer, batch, learningRate);
        tf.dispose([batch.image, batch.mask]);
        if (!Number.isFinite(loss)) throw new DivergedError(epoch, step + 1, loss);
        sum += loss;
        observer.onStep?.(done += group.length, loss);
      }
      const seconds = (performance.now() - started) / 1000;
      const measured = await validate(network, validation, settings.batchSize, (count) => {
        observer.onValidation?.(done += count);
      });
      const isBest = measured.loss < best;
      best = Math.min(best, measured.loss);
      await observer.onEpoch?.({
        epoch,
        learningRate,
        trainingLoss: sum / batches.length,
        validation: measured,
        isBest,
        slicesPerSecond: slices.length / seconds,
      });
    }
  } finally {
    optimizer.dispose();
  }
}
