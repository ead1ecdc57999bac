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
import { type Checkpoint, readCheckpoint } from "./checkpoint.ts";
import { readRun } from "./describe_run.ts";
import { runFiles } from "./run_folder.ts";
import { assertStartInput } from "./start_input.ts";
import { architectureOf, type TrainingSettings } from "../fit/training_settings.ts";
import { startWeights } from "../network/start_weights.ts";

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
export async function patientsLearnedFrom(folder: string): Promise<string[]> {
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
