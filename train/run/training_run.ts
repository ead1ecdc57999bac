/**
 * A training run from a data set to a run folder: split, fit, checkpoints, figures of every epoch, report.
 *
 * @module
 */
import { rmdir } from "node:fs/promises";
import type { ClusterChoice } from "../cluster/cluster_options.ts";
import { assertSamePatients } from "../cluster/same_patients.ts";
import { describePatients, slicesOf } from "./describe_patients.ts";
import { readRun, type RunRecord } from "./run_record.ts";
import { fitRun, type RunSurroundings } from "./fit_run.ts";
import { evaluateModel } from "../evaluation/evaluate_model.ts";
import { type Evaluation, summarize } from "../evaluation/evaluation.ts";
import { previewRun } from "../export/export_run.ts";
import { firstStep } from "../fit/fit.ts";
import type { Fold } from "../data/folds.ts";
import type { PreparedPatient } from "../data/prepared_patient.ts";
import { readPatients } from "../data/read_patients.ts";
import { writeReport } from "../report/report.ts";
import { type RunConfig, runFiles, writeRunFile } from "./run_folder.ts";
import { assertStart, readRecordedStart, startOf } from "./start_network.ts";
import type { MachineOptions } from "./machine_options.ts";
import { assertRunFolder } from "./assert_run_folder.ts";
import { replaceBest, withWholeBest } from "./lost_best.ts";
import { clearRunFolder, takeBackBeginning, writeBeginning } from "./run_beginning.ts";
import { whileLocked } from "./run_lock.ts";
import {
  agree,
  inProcesses,
  isFirst,
  keptStatistics,
  openEngine,
  type Processes,
  reopenEngine,
} from "./run_processes.ts";
import { thisMachine } from "./run_machine.ts";
import { recordStretch, stretchesBefore } from "./run_stretches.ts";
import { dataOf, drawSplit, preparePatients, type RunPatients } from "./run_patients.ts";
import { trainingWindow } from "../data/training_window.ts";
import { explainOutOfMemory, type StepSize } from "../fit/out_of_memory.ts";
import {
  architectureOf,
  type RecipeName,
  type TrainingSettings,
} from "../fit/training_settings.ts";
import { tellEarlyStop } from "./tell_result.ts";
import { loadTrainingState, removeTrainingState, type TrainingState } from "./training_state.ts";
import { assertUnchanged, digestsOf } from "./unchanged_data.ts";
import { makeFolder } from "../storage/make_folder.ts";
import { removeUnfinished } from "../storage/write_whole_file.ts";
import { intensityCard } from "../../shared/intensities.ts";
import { counted } from "../terminal/counted.ts";

/** What a new run can be told. */
export interface TrainingRunOptions extends MachineOptions {
  readonly data: string;
  /** The run's folder: new or empty. */
  readonly out: string;
  readonly recipe: RecipeName;
  readonly settings: TrainingSettings;
  /** Share of the patients to measure on. @default {0.2} */
  readonly validation?: number;
  /** The fold to measure on, instead of a share. */
  readonly fold?: Fold;
  /** A run or model whose network is started from. @default random weights */
  readonly start?: string;
}

/** What a run that goes on can be told anew, since it may be on another machine now. */
export interface ResumeOptions extends MachineOptions {
  /** The folder of the run that stopped. */
  readonly run: string;
  /** Where the data is now. Absent: where it was. */
  readonly data?: string;
}

/** For the model's card; nothing where no slice shows enough of a head to tell. */
async function writeIntensities(run: string, training: readonly PreparedPatient[]): Promise<void> {
  const who = `the ${counted(training.length, "patient")} it was trained on`;
  const volumes = training.map(({ volume }) => volume);
  try {
    const usual = await intensityCard(who, volumes, training[0].sequences);
    await writeRunFile(run, runFiles.intensities, usual);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
}

/** How large a step is: an epoch may have fewer slices than are wanted in a batch. */
function stepSizeOf(
  { settings, architecture }: RunConfig,
  training: readonly PreparedPatient[],
): StepSize {
  const { height, width } = trainingWindow(settings, architecture, training);
  const { downsampling } = settings, batchSize = Math.min(settings.batchSize, slicesOf(training));
  return { batchSize, height: height / downsampling, width: width / downsampling };
}

/** What the best checkpoint, exported, makes of the validation patients; undefined in a process that is not the first. */
async function trainAndReport(
  run: string,
  config: RunConfig,
  patients: RunPatients,
  surroundings: RunSurroundings,
  state?: TrainingState,
): Promise<Evaluation | undefined> {
  const { training, validation } = patients, { backend, log, cluster } = surroundings;
  const progress = state?.progress ?? firstStep;
  if (cluster) await agree(cluster, { config, ...patients, progress });
  if (isFirst(cluster)) {
    await recordStretch(run, config, progress, await thisMachine(backend, cluster), log);
    log(`Training on ${backend.description}: ${backend.reason}`);
    describePatients(patients).forEach((line) => log(line));
  }
  await fitRun(run, config, patients, surroundings, state).catch((error) => {
    throw explainOutOfMemory(error, stepSizeOf(config, training));
  });
  if (!isFirst(cluster)) return undefined;
  const stopped = tellEarlyStop(await readRun(run));
  if (stopped) log(stopped);
  await writeIntensities(run, training);
  const evaluated = await evaluateModel(await previewRun(run), validation);
  log(`Report: ${await writeReport(run, evaluated)}`);
  await removeTrainingState(run);
  return summarize(evaluated.map(({ evaluation }) => evaluation));
}

/**
 * Trains a network and leaves a run folder (see run_folder.ts) with a report behind. A run that is refused, or fails
 * before its first step is done, leaves its folder as it was.
 *
 * @param choice Given where this is one of several processes, which all have to be started alike.
 * @param log Takes the lines that tell how it goes.
 * @returns What the best checkpoint, exported, makes of the validation patients; undefined in a process of a cluster
 * that is not the first.
 * @throws {Error} when another process trains a run in that folder, or what to start from does not fit.
 * @throws {DatasetError} when the data set has problems; each is named by its file.
 * @throws {DivergedError} when the loss is not finite; the checkpoints of epochs before, if any, stay.
 * @throws {InterruptedError} after Ctrl-C, when the run is saved.
 * @throws {LostPeerError} when another process of the cluster is gone; the run is saved.
 */
export function startRun(
  options: TrainingRunOptions,
  log: (line: string) => void,
): Promise<Evaluation>;
export function startRun(
  options: TrainingRunOptions,
  log: (line: string) => void,
  choice?: ClusterChoice,
): Promise<Evaluation | undefined>;
export async function startRun(
  options: TrainingRunOptions,
  log: (line: string) => void,
  choice?: ClusterChoice,
): Promise<Evaluation | undefined> {
  return await inProcesses(
    choice,
    options,
    log,
    (processes) => startRunIn(options, log, processes),
  );
}

async function startRunIn(
  options: TrainingRunOptions,
  log: (line: string) => void,
  processes?: Processes,
): Promise<Evaluation | undefined> {
  const { out } = options, train = () => trainFromStart(options, log, processes);
  if (!isFirst(processes?.cluster)) return await train();
  const made = await makeFolder(out);
  try {
    return await whileLocked(out, log, async () => {
      await clearRunFolder(out);
      return await orTakeBack(out, train);
    });
  } catch (error) {
    if (made) await rmdir(out).catch(() => {}); // there is a run in it
    throw error;
  }
}

async function orTakeBack<T>(run: string, train: () => Promise<T>): Promise<T> {
  try {
    return await train();
  } catch (error) {
    // Whatever becomes of the folder, what went wrong is what has to be heard.
    await takeBackBeginning(run).catch(() => {});
    throw error;
  }
}

async function trainFromStart(
  options: TrainingRunOptions,
  log: (line: string) => void,
  processes?: Processes,
): Promise<Evaluation | undefined> {
  const cluster = processes?.cluster;
  const { data, out, recipe, settings, fold } = options;
  const validation = fold ? undefined : options.validation ?? 0.2;
  if (options.start !== undefined) await assertStart(options.start, settings);
  const all = await readPatients(data, options.cache);
  const split = drawSplit(all, { settings, validation, fold });
  if (cluster) await assertSamePatients(cluster, digestsOf(all, split));
  const patients = preparePatients(all, split, settings);
  const backend = await openEngine(options.backend, {
    precision: settings.precision,
    separable: settings.separable,
    compile: options.compile,
    processes,
  });
  const config: RunConfig = {
    data,
    recipe,
    settings,
    architecture: architectureOf(settings),
    start: options.start === undefined ? undefined : await startOf(options.start, split),
    validation,
    fold,
    ...await thisMachine(backend, cluster),
    ownStatistics: processes?.ownStatistics ?? false,
    started: new Date().toISOString(),
  };
  if (isFirst(cluster)) await writeBeginning(out, config, split);
  const { workers } = options;
  return await trainAndReport(out, config, patients, { backend, workers, log, cluster });
}

/**
 * Goes on with a run that was stopped, as if it had not been; in as many processes as are wanted now.
 *
 * @throws {Error} when the folder holds no run, the run is finished or trained by another process, its state is
 * damaged, or a patient of it is missing or has changed.
 * @throws {LostPeerError} when another process of the cluster is gone; the run is saved.
 */
export async function resumeRun(
  options: ResumeOptions,
  log: (line: string) => void,
  choice?: ClusterChoice,
): Promise<Evaluation | undefined> {
  return await inProcesses(
    choice,
    options,
    log,
    (processes) => resumeRunIn(options, log, processes),
  );
}

async function resumeRunIn(
  options: ResumeOptions,
  log: (line: string) => void,
  processes?: Processes,
): Promise<Evaluation | undefined> {
  const resume = () => trainFromState(options, log, processes);
  if (!isFirst(processes?.cluster)) return await resume();
  await assertRunFolder(options.run);
  await readRun(options.run); // nothing is written where there is no run
  return await whileLocked(options.run, log, resume);
}

async function trainFromState(
  options: ResumeOptions,
  log: (line: string) => void,
  processes?: Processes,
): Promise<Evaluation | undefined> {
  const cluster = processes?.cluster;
  const { run, data, workers, cache } = options;
  const { config: recorded, split, metrics, stretches }: RunRecord = await readRun(run);
  const own = keptStatistics(run, recorded.ownStatistics, processes?.ownStatistics ?? false);
  const config: RunConfig = { ...recorded, ownStatistics: own };
  const saved = await loadTrainingState(run, log);
  if (!saved && metrics.epochs.length) {
    throw new Error(`Cannot go on with ${run} as the run must have been stopped: it is finished`);
  }
  const best = saved && await withWholeBest(run, config, saved, isFirst(cluster) ? log : () => {});
  const state = best?.state;
  // It is read when it is needed; who is refused hears it before all patients are read.
  if (!state && config.start) await readRecordedStart(config.start);
  const all = await readPatients(await dataOf(run, config, data), cache);
  const patients = preparePatients(all, split, config.settings);
  assertUnchanged(run, split, all, isFirst(cluster) ? log : () => {});
  if (cluster) await assertSamePatients(cluster, digestsOf(all, split));
  const was = stretchesBefore(stretches, state?.progress ?? firstStep).at(-1) ?? config;
  const backend = await reopenEngine(run, was.backend, options.backend, {
    precision: config.settings.precision,
    separable: config.settings.separable,
    compile: options.compile,
    processes: processes && { ...processes, ownStatistics: own },
  });
  if (isFirst(cluster)) await removeUnfinished(run);
  // By now all processes have found it damaged.
  if (best && isFirst(cluster)) await replaceBest(run, best);
  if (state && isFirst(cluster)) log(`Going on with ${run} at epoch ${state.progress.epoch}`);
  return await trainAndReport(run, config, patients, { backend, workers, log, cluster }, state);
}
