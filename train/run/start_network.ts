/**
 * The network that a training starts from: a finished run's, or a model's that was exported with its weights.
 *
 * @module
 */
import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { assertModelChecksum } from "../../shared/inference/model_checksum.ts";
import type { ModelCard } from "../../shared/model_card.ts";
import { parseModelCard } from "../../shared/parse_model_card.ts";
import { modelFiles } from "../export/model_folder.ts";
import { checksumOf } from "../storage/checksum.ts";
import type { SafeTensor } from "../storage/safetensors.ts";
import { type Checkpoint, readCheckpoint } from "./checkpoint.ts";
import { readRun } from "./run_record.ts";
import { runFiles, type RunSplit, type RunStart } from "./run_folder.ts";
import { assertStartInput } from "./start_input.ts";
import { architectureOf, splitSeedOf, type TrainingSettings } from "../fit/training_settings.ts";
import { startWeights } from "../network/start_weights.ts";
import type { StateDict } from "../network/state_dict.ts";

/**
 * Reads the weights to start from.
 *
 * @param folder A run's, or a model's.
 * @throws {Error} naming the file that is missing or damaged, or not the one that the model's card was written for.
 */
export async function readStartCheckpoint(folder: string): Promise<Checkpoint> {
  if (!await isModel(folder)) return await readCheckpoint(join(folder, runFiles.best));
  const checkpoint = await readCheckpoint(join(folder, modelFiles.weights));
  await assertWeightsOfCard(folder);
  return checkpoint;
}

/**
 * Makes sure, before anything else is read, that a training with these settings can start from there.
 *
 * @param folder A run's, or a model's.
 * @throws {Error} as {@linkcode readStartCheckpoint}, {@linkcode assertStartInput} and {@linkcode startWeights}.
 */
export async function assertStart(folder: string, settings: TrainingSettings): Promise<void> {
  const trained = await readStartCheckpoint(folder);
  assertStartInput(folder, trained, settings);
  startWeights(architectureOf(settings), settings.seed, trained);
}

/**
 * What a new run keeps in its record of what it starts from.
 *
 * @param run A run's folder, or a model's.
 * @throws {Error} as {@linkcode readStartCheckpoint}, when it is not known from whom it learned, and when they are
 * patients to measure on.
 */
export async function startOf(
  run: string,
  { validation }: Pick<RunSplit, "validation">,
): Promise<RunStart> {
  const patients = await patientsLearnedFrom(run);
  const seen = validation.filter((id) => patients.includes(id));
  if (!seen.length) {
    const { weights } = await readStartCheckpoint(run);
    return { run, patients, sha256: digestOf(weights), ...await originOf(run) };
  }
  throw new Error(
    `Cannot start from ${run} as it must not have learned from patients to measure on: it has from ` +
      `${seen.join(", ")}${await ownSplitOf(run)}; --validation 0 learns from all patients and ` +
      "measures on none",
  );
}

/** What drew the split of a run, for who would draw it again with another seed. */
async function ownSplitOf(folder: string): Promise<string> {
  if (await isModel(folder)) return "";
  const { config } = await readRun(folder);
  return `; --split-seed ${splitSeedOf(config.settings)} drew its own split`;
}

/**
 * Reads the weights that a run was started from: again, where it was stopped before it saved any of its own.
 *
 * @throws {Error} as {@linkcode readStartCheckpoint}, and when they are others than those of the record. Records of
 * earlier versions do not say which they were: those pass.
 */
export async function readRecordedStart({ run, sha256 }: RunStart): Promise<Checkpoint> {
  const checkpoint = await readStartCheckpoint(run), now = digestOf(checkpoint.weights);
  if (sha256 === undefined || sha256 === now) return checkpoint;
  throw new Error(
    `Cannot start from ${run} as the SHA-256 of its weights must be that of those that this run was started from, ` +
      `${sha256}: current value is ${now}. Put them back, or start anew`,
  );
}

/**
 * The record of what a run was started from, with what it lacks where it is of an earlier version and the folder still
 * holds the same weights; as it is where the folder is gone, or holds others.
 */
export async function completedStart(start: RunStart): Promise<RunStart> {
  if (start.sha256 === undefined || start.model || start.seed !== undefined) return start;
  try {
    await readRecordedStart(start);
    return { ...start, ...await originOf(start.run) };
  } catch {
    return start; // the name of its folder and the checksum of its weights have to do
  }
}

/** What a network is called, and what its own training started from. */
async function originOf(folder: string): Promise<Pick<RunStart, "model" | "seed">> {
  if (!await isModel(folder)) return { seed: (await readRun(folder)).config.settings.seed };
  const { name, version, training } = await readCard(folder);
  return { model: { name, version }, seed: training.seed };
}

/** Of the weights themselves, in whatever file they are. */
function digestOf(weights: StateDict): string {
  const tensors = new Map([...weights].map(([name, { shape, data }]): [string, SafeTensor] => [
    name,
    { dtype: "F32", shape, data },
  ]));
  return checksumOf({ tensors, metadata: {} });
}

/** Cards of earlier exports have no checksum of the weights: those pass. */
async function assertWeightsOfCard(folder: string): Promise<void> {
  const card = await readCard(folder), file = modelFiles.weights;
  if (card.sha256[file] === undefined) return;
  await assertModelChecksum(card, await readFile(join(folder, file)), file);
}

async function readCard(folder: string): Promise<ModelCard> {
  return parseModelCard(await readFile(join(folder, modelFiles.card), "utf8"));
}

/**
 * The patients that a network has learned from, in its own training and in those that this one started from.
 *
 * @param folder A run's, or a model's.
 * @throws {Error} when they are not known, or naming the file that is missing.
 */
async function patientsLearnedFrom(folder: string): Promise<string[]> {
  if (await isModel(folder)) return await patientsOfModel(folder);
  const { config, split } = await readRun(folder);
  return [...new Set([...split.training, ...config.start?.patients ?? []])].sort();
}

async function patientsOfModel(folder: string): Promise<string[]> {
  const { training } = await readCard(folder);
  if (typeof training.patients !== "string") return [...training.patients];
  throw new Error(
    `Cannot start from ${folder} as its card must name the patients it has learned from: ` +
      `current value is "${training.patients}"`,
  );
}

async function isModel(folder: string): Promise<boolean> {
  try {
    await access(join(folder, modelFiles.card));
    return true;
  } catch {
    return false;
  }
}
