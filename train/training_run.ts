/**
 * A training run from a data set to a run folder: split, fit, checkpoints, figures of every epoch.
 *
 * @module
 */
import { mkdir, readdir } from "node:fs/promises";
import * as tf from "@tensorflow/tfjs";
import { referencePreprocessing } from "../shared/scaling.ts";
import type { Sequence } from "../shared/sequence.ts";
import { type Backend, type BackendChoice, openBackend } from "./backend.ts";
import { type Checkpoint, writeCheckpoint } from "./checkpoint.ts";
import { evaluateModel } from "./evaluate_model.ts";
import { type Evaluation, summarize } from "./evaluation.ts";
import { previewRun } from "./export_run.ts";
import { type EpochResult, fit, type FitObserver } from "./fit.ts";
import { initialWeights } from "./initialization.ts";
import { Network } from "./network.ts";
import { type PreparedPatient, preparePatient } from "./prepared_patient.ts";
import { startProgress } from "./progress.ts";
import { readPatients } from "./read_patients.ts";
import { writeReport } from "./report/report.ts";
import {
  type EpochMetrics,
  type RunConfig,
  runFiles,
  type RunMetrics,
  writeRunFile,
} from "./run_folder.ts";
import { splitPatients } from "./split.ts";
import type { UNetArchitecture } from "./unet_architecture.ts";

/** What a run can be told. Defaults of the command line are the reference method's. */
export interface TrainingRunOptions {
  readonly data: string;
  /** The run's folder: new or empty. */
  readonly out: string;
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly milestones: readonly number[];
  readonly gamma: number;
  readonly depth: number;
  readonly features: number;
  readonly sequences: readonly Sequence[];
  readonly validation: number;
  readonly seed: number;
  readonly backend: BackendChoice;
}

/** Patients of a run, in memory. */
export interface RunPatients {
  readonly training: readonly PreparedPatient[];
  readonly validation: readonly PreparedPatient[];
}

async function makeRunFolder(out: string): Promise<void> {
  await mkdir(out, { recursive: true });
  if ((await readdir(out)).length) {
    throw new Error(
      `Cannot write the run to ${out} as it must be a new or empty folder: it has files`,
    );
  }
}

function configOf(
  options: TrainingRunOptions,
  architecture: UNetArchitecture,
  { name, description, reason }: Backend,
): RunConfig {
  const { data, sequences, epochs, batchSize, learningRate, milestones, gamma, validation, seed } =
    options;
  return {
    data,
    architecture,
    sequences,
    preprocessing: referencePreprocessing,
    epochs,
    batchSize,
    learningRate,
    milestones,
    gamma,
    validation,
    seed,
    loss: "dice",
    backend: { name, description, reason },
    versions: { deno: Deno.version.deno, tfjs: tf.version.tfjs },
    started: new Date().toISOString(),
  };
}

/** JSON has no NaN: a Dice that is not defined becomes null. */
function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

function metricsOf(result: EpochResult): EpochMetrics {
  const { epoch, learningRate, trainingLoss, validation, slicesPerSecond } = result;
  const diceByPatient = Object.fromEntries(
    [...validation.dice].map(([id, dice]) => [id, orNull(dice)]),
  );
  return {
    epoch,
    learningRate,
    trainingLoss,
    validationLoss: validation.loss,
    validationDice: orNull(validation.meanDice),
    diceByPatient,
    slicesPerSecond,
  };
}

/** Saves what an epoch came to: the newest checkpoint, the best one when it is that, and all figures so far. */
async function saveEpoch(
  out: string,
  config: RunConfig,
  network: Network,
  result: EpochResult,
  epochs: EpochMetrics[],
  bestEpoch: number,
): Promise<void> {
  const checkpoint: Checkpoint = {
    weights: await network.stateDict(),
    architecture: config.architecture,
    sequences: config.sequences,
    preprocessing: config.preprocessing,
    figures: {
      epoch: result.epoch,
      trainingLoss: result.trainingLoss,
      validationLoss: result.validation.loss,
    },
  };
  await writeCheckpoint(`${out}/${runFiles.last}`, checkpoint);
  if (result.isBest) await writeCheckpoint(`${out}/${runFiles.best}`, checkpoint);
  await writeRunFile(out, runFiles.metrics, { epochs, bestEpoch } satisfies RunMetrics);
}

/** An observer that draws a bar for each epoch on a terminal, and prints a line for each. */
function printEpochs(slicesPerEpoch: number, epochs: number, log: (line: string) => void) {
  let bar: ReturnType<typeof startProgress> | undefined;
  let epoch = 1;
  const begin = () => startProgress(`Epoch ${epoch}/${epochs}`, slicesPerEpoch, { unit: "slices" });
  return {
    onStep(slices: number, loss: number) {
      bar ??= begin();
      bar.update(slices, `loss ${loss.toFixed(4)}`);
    },
    onValidation(slices: number) {
      bar?.update(slices, "validating");
    },
    onEpoch({ trainingLoss, validation, isBest, slicesPerSecond }: EpochResult) {
      bar?.stop();
      bar = undefined;
      const dice = Number.isNaN(validation.meanDice) ? "-" : validation.meanDice.toFixed(4);
      log(
        `epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}  ` +
          `loss ${trainingLoss.toFixed(4)}  validation loss ${validation.loss.toFixed(4)}  ` +
          `Dice ${dice}  ${slicesPerSecond.toFixed(1)} slices/s${isBest ? "  best so far" : ""}`,
      );
      epoch++;
    },
    stop: () => bar?.stop(),
  };
}

function slicesOf(patients: readonly PreparedPatient[]): number {
  return patients.reduce((sum, { volume }) => sum + volume.slices, 0);
}

/** Fits a new network, saving after every epoch. */
async function fitAndSave(
  options: TrainingRunOptions,
  config: RunConfig,
  { training, validation }: RunPatients,
  backend: Backend,
  log: (line: string) => void,
): Promise<void> {
  const { architecture } = config;
  const epochs: EpochMetrics[] = [];
  let bestEpoch = 0;
  const printer = printEpochs(slicesOf(training) + slicesOf(validation), options.epochs, log);
  const weights = initialWeights(architecture, options.seed);
  const network = new Network(architecture, backend.kernels, weights);
  const observer: FitObserver = {
    ...printer,
    async onEpoch(result) {
      printer.onEpoch(result);
      epochs.push(metricsOf(result));
      if (result.isBest) bestEpoch = result.epoch;
      await saveEpoch(options.out, config, network, result, epochs, bestEpoch);
    },
  };
  try {
    await fit(network, training, validation, { ...options, schedule: options }, observer);
  } finally {
    printer.stop();
    network.dispose();
  }
}

/**
 * Trains a network and leaves a run folder (see run_folder.ts) with a report behind.
 *
 * @param log Takes the lines that tell how it goes.
 * @returns What the best checkpoint, exported, makes of the validation patients.
 * @throws {DatasetError} when the data set has problems; each is named by its file.
 * @throws {DivergedError} when the loss is not finite; the checkpoints of the epochs before stay.
 */
export async function runTraining(
  options: TrainingRunOptions,
  log: (line: string) => void,
): Promise<Evaluation> {
  await makeRunFolder(options.out);
  const all = await readPatients(options.data);
  const split = splitPatients(all.map(({ id }) => id), options);
  const select = (ids: readonly string[]) =>
    all.filter(({ id }) => ids.includes(id))
      .map((patient) => preparePatient(patient, options.sequences, referencePreprocessing));
  const patients = { training: select(split.training), validation: select(split.validation) };
  const backend = await openBackend(options.backend);
  const architecture: UNetArchitecture = {
    inputChannels: options.sequences.length,
    outputChannels: 1,
    features: options.features,
    depth: options.depth,
  };
  const config = configOf(options, architecture, backend);
  await writeRunFile(options.out, runFiles.config, config);
  await writeRunFile(options.out, runFiles.split, split);

  const { training, validation } = patients;
  log(`Training on ${backend.description}: ${backend.reason}`);
  log(
    `${training.length} patients (${slicesOf(training)} slices) to learn from, ` +
      `${validation.length} (${slicesOf(validation)} slices) to measure on`,
  );
  await fitAndSave(options, config, patients, backend, log);
  const evaluated = await evaluateModel(await previewRun(options.out), validation);
  log(`Report: ${await writeReport(options.out, evaluated)}`);
  return summarize(evaluated.map(({ evaluation }) => evaluation));
}
