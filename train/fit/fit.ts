/**
 * The training loop: epochs of batches, each followed by a look at the validation patients.
 *
 * @module
 */
import { setImmediate } from "node:timers";
import * as tf from "@tensorflow/tfjs";
import type { InputBatch, TrainingInput } from "../data/training_input.ts";
import { isInConstantEnd, type RunLength, scheduledEpochs } from "./constant_end.ts";
import { bringsInBackground } from "../engine/kernels/transfers.ts";
import { hearSignals } from "../terminal/hear_signals.ts";
import type { Trainer } from "./trainer.ts";
import type { IssuedStep } from "./training_step.ts";
import { type Batch, uploadBatch } from "./upload_batch.ts";
import type { Validation } from "./validation.ts";
import { nullForNaN } from "../storage/null_for_nan.ts";

/** How long to train. */
export interface FitSettings extends RunLength {
  /** Slices a step. */
  readonly batchSize: number;
  /** Stop after this many epochs without a lower validation loss, counted anew in the constant end; 0: never. */
  readonly patience: number;
  /** Which epoch counts as the best. @default {"best"} */
  readonly checkpoint?: "best" | "last";
}

/** How far a training has come. */
export interface FitProgress {
  /** The epoch under way, from 1; one more than there are when all is done. */
  readonly epoch: number;
  /** Steps done in this epoch. */
  readonly step: number;
  /** Sum of their losses. */
  readonly lossSum: number;
  /** The epoch whose weights would be the result now: see {@linkcode FitSettings.checkpoint}; 0 before the first. */
  readonly bestEpoch: number;
  /** The epoch with the lowest validation loss so far, which `patience` counts from; 0 before the first. */
  readonly lowestEpoch: number;
  /** Its validation loss; null before the first epoch is over, and where no patient validates. */
  readonly lowestLoss: number | null;
}

/** What an epoch came to. */
export interface EpochResult {
  /** From 1. */
  readonly epoch: number;
  /** Mean loss of the epoch's batches, each before its step. */
  readonly trainingLoss: number;
  readonly validation: Validation;
  /** Whether its weights would be the result, were it the last epoch. */
  readonly isBest: boolean;
  /** Whether its validation loss is the lowest so far, which {@linkcode FitSettings.patience} counts from. */
  readonly isLowest: boolean;
  /** Slices learned from in a second, validation left out; NaN where all steps had been done before an interruption. */
  readonly slicesPerSecond: number;
}

/** Hears how the training goes. Training waits for the promises; an error thrown ends it. */
export interface FitObserver {
  /**
   * Whether somebody looks at the trainer when the step under way is done; then the next one waits. Asked for every
   * step. Absent: somebody does.
   */
  isLooking?(): boolean;
  /** After each step, with the batch's loss. */
  onStep?(progress: FitProgress, loss: number): Promise<void> | void;
  /** After each epoch; `progress` is at the start of the next one. */
  onEpoch?(result: EpochResult, progress: FitProgress): Promise<void> | void;
}

/** The loss was not a finite number. */
export class DivergedError extends Error {
  override readonly name = "DivergedError";
  constructor(readonly epoch: number, readonly step: number, readonly loss: number) {
    super(
      `Training stopped as the loss must be a finite number: it is ${loss} at step ${step} of epoch ` +
        `${epoch}. A lower --learning-rate may help: start anew with it, in another --out.` +
        (epoch > 1 ? " Checkpoints of earlier epochs are kept." : ""),
    );
  }
}

/** Where a training begins. */
export const firstStep: FitProgress = {
  epoch: 1,
  step: 0,
  lossSum: 0,
  bestEpoch: 0,
  lowestEpoch: 0,
  lowestLoss: null,
};

/** Steps that it takes to learn from so many slices once; the last one may have fewer slices than others. */
export function stepsPerEpoch(slices: number, { batchSize }: FitSettings): number {
  return Math.ceil(slices / batchSize);
}

/**
 * How many steps the engine may be told of before the loss of the first is waited for. One is too few where a loss takes
 * longer to come than a step: Deno looks only every ten milliseconds whether WebGPU has a number.
 */
const stepsAhead = 2;

/**
 * The batches on the engine, to be disposed of there. Where workers make them and they come to the engine while the
 * program goes on, the next one is on its way while the engine is told to learn from one.
 */
async function* uploaded(
  { hasWorkers, batches: open }: TrainingInput,
  epoch: number,
  from: number,
) {
  const batches = open(epoch, from);
  if (hasWorkers && bringsInBackground()) yield* uploadedAhead(batches);
  else for await (const batch of batches) yield await uploadBatch(batch);
}

/** How long signals may go unheard where no batch is waited for. */
const unheardMilliseconds = 250;

async function* uploadedAhead(batches: AsyncGenerator<InputBatch, void, void>) {
  let heard = performance.now();
  const bring = async () => {
    const { value, done } = await batches.next();
    return done ? undefined : await uploadBatch(value);
  };
  let coming = bring();
  try {
    for (let batch = await coming; batch; batch = await coming) {
      coming = bring();
      // Whoever waits for the next batch hears of an error; nobody may be waiting yet.
      coming.catch(() => {});
      // A batch that is made already sets out before the engine is told of the step.
      await new Promise((resolve) => setImmediate(resolve));
      if (performance.now() - heard >= unheardMilliseconds) {
        await hearSignals();
        heard = performance.now();
      }
      yield batch;
    }
  } finally {
    const left = await coming.catch(() => undefined);
    if (left) tf.dispose([left.image, left.mask]);
    await batches.return();
  }
}

/**
 * The steps of one epoch that are not done yet. While the engine is at one of them, the next batch is brought to it, and
 * while losses are on the way, the next steps. Who is looking hears of a step before that, and finds the trainer as the
 * step left it.
 */
async function fitEpoch(
  trainer: Trainer,
  input: TrainingInput,
  settings: FitSettings,
  from: FitProgress,
  observer: FitObserver,
): Promise<FitProgress> {
  const { epoch } = from;
  const steps = scheduledEpochs(settings) * stepsPerEpoch(input.slicesPerEpoch, settings);
  const issued: IssuedStep[] = [];
  let progress = from;
  const completeFirst = async () => {
    const loss = await issued.shift()!.loss(), step = progress.step + 1;
    if (!Number.isFinite(loss)) throw new DivergedError(epoch, step, loss);
    progress = { ...progress, step, lossSum: progress.lossSum + loss };
    await observer.onStep?.(progress, loss);
  };
  const completeAll = async () => {
    while (issued.length > 0) await completeFirst();
  };
  const isLooking = () => observer.isLooking?.() ?? true;
  const learn = async (batch: Batch) => {
    if (isLooking()) await completeAll();
    const before = issued.at(-1);
    const completed = issued.length === stepsAhead ? completeFirst() : undefined;
    try {
      issued.push(trainer.step(batch, epoch - 1, steps, before));
    } finally {
      await completed;
    }
  };
  for await (const batch of uploaded(input, epoch, from.step)) {
    try {
      await learn(batch);
    } finally {
      tf.dispose([batch.image, batch.mask]);
    }
  }
  isLooking();
  await completeAll();
  return progress;
}

/**
 * Whether the validation loss has not fallen for `patience` epochs. Those before the constant end do not count in it: it
 * sets out on a walk of its own, which may pass over higher losses first.
 */
function isPatienceOver({ epoch, lowestEpoch }: FitProgress, settings: FitSettings): boolean {
  const done = epoch - 1, { patience } = settings;
  const from = isInConstantEnd(settings, done) ? scheduledEpochs(settings) : 0;
  return patience > 0 && lowestEpoch > 0 && done - Math.max(lowestEpoch, from) >= patience;
}

/**
 * Trains from `start` to the last epoch, or until the validation loss has not fallen for `patience` epochs. The trainer
 * begins its constant end before the first epoch of it.
 *
 * @param validate Measures the network as it is, after each epoch.
 * @throws {DivergedError} when the loss is not finite; the weights are those before that step.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { referencePreprocessing } from "../../shared/scaling.ts";
 * import { countChannels } from "../../shared/value_counts.ts";
 * import { preparePatient } from "../data/prepared_patient.ts";
 * import { openTrainingInput } from "../data/training_input.ts";
 * import { openBackend } from "../engine/backend.ts";
 * import { initialWeights } from "../network/initialization.ts";
 * import { Trainer } from "./trainer.ts";
 * import { recipes } from "./training_settings.ts";
 * import { validate } from "./validation.ts";
 *
 * const volume = { data: new Uint8Array(768).fill(9, 99), slices: 1, height: 16, width: 16, channels: 3 };
 * const mask = { data: new Uint8Array(256).fill(1, 99), shape: [1, 16, 16] };
 * const valueCounts = countChannels(volume);
 * const patient = { id: "P1", volume, mask, digest: "", valueCounts, sliceNumbers: [1] };
 * const patients = [preparePatient(patient, ["FLAIR"], referencePreprocessing)];
 * const settings = { ...recipes.reference, epochs: 2 };
 * const input = openTrainingInput(patients, { ...settings, crop: undefined, workers: 0 });
 * const architecture = { inputChannels: 1, outputChannels: 1, features: 1, depth: 2 };
 * const { kernels } = await openBackend("cpu");
 * const start = initialWeights(architecture, settings.seed);
 * const trainer = await Trainer.start(architecture, kernels, settings, start);
 * const measure = () => validate(trainer.network, trainer.weights, patients, settings);
 * const losses: number[] = [];
 * await fit(trainer, input, measure, settings, {
 *   onEpoch: ({ trainingLoss }) => void losses.push(trainingLoss),
 * });
 * trainer.dispose();
 * assert.ok(losses[1] < losses[0]);
 * ```
 */
export async function fit(
  trainer: Trainer,
  input: TrainingInput,
  validate: () => Promise<Validation>,
  settings: FitSettings,
  observer: FitObserver = {},
  start: FitProgress = firstStep,
): Promise<void> {
  let progress = start;
  while (progress.epoch <= settings.epochs && !isPatienceOver(progress, settings)) {
    const { epoch, bestEpoch, lowestEpoch, lowestLoss } = progress;
    if (isInConstantEnd(settings, epoch - 1)) await trainer.beginConstantEnd();
    const started = performance.now();
    const slices = input.slicesPerEpoch - progress.step * settings.batchSize;
    const { step, lossSum } = await fitEpoch(trainer, input, settings, progress, observer);
    const seconds = (performance.now() - started) / 1000;
    const validation = await validate();
    // Without patients to validate on the loss is not a number, and every epoch is the lowest so far.
    const isLowest = lowestLoss === null || validation.loss < lowestLoss;
    const isBest = settings.checkpoint === "last" || isLowest;
    progress = {
      ...firstStep,
      epoch: epoch + 1,
      bestEpoch: isBest ? epoch : bestEpoch,
      lowestEpoch: isLowest ? epoch : lowestEpoch,
      lowestLoss: isLowest ? nullForNaN(validation.loss) : lowestLoss,
    };
    await observer.onEpoch?.({
      epoch,
      trainingLoss: lossSum / step,
      validation,
      isBest,
      isLowest,
      slicesPerSecond: slices > 0 ? slices / seconds : NaN,
    }, progress);
  }
}
