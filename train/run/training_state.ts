/**
 * A training that can go on: everything a trainer and the loop hold, as one safetensors file with a checksum.
 *
 * @module
 */
import { readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { FitProgress } from "../fit/fit.ts";
import type { EpochMetrics } from "./run_folder.ts";
import { assertChecksum, withChecksum } from "../storage/checksum.ts";
import { readSafetensors, type SafeTensor, writeSafetensors } from "../storage/safetensors.ts";
import type { StateDict } from "../network/state_dict.ts";
import type { TrainerState } from "../fit/trainer.ts";
import { writeWholeFile } from "../storage/write_whole_file.ts";

/**
 * The files that hold a run's state, later ones first: one that is about to become the newest, the newest, and the one
 * before, should the newest be damaged.
 */
export const stateFiles = {
  arriving: "state.safetensors.new",
  newest: "state.safetensors",
  before: "state.before.safetensors",
} as const;

/** A run's state. */
export interface TrainingState {
  readonly trainer: TrainerState;
  readonly progress: FitProgress;
  /** Figures of the epochs that are over. */
  readonly epochs: readonly EpochMetrics[];
}

const weightPrefix = "weights.";

function vector(data: Float32Array): SafeTensor {
  return { dtype: "F32", shape: [data.length], data };
}

/** The bytes of a state's file, with a checksum. */
export function encodeTrainingState({ trainer, progress, epochs }: TrainingState): Uint8Array {
  const { weights, optimizer, average, inConstantEnd = false } = trainer;
  const tensors = new Map<string, SafeTensor>();
  for (const [name, tensor] of weights) {
    tensors.set(weightPrefix + name, { dtype: "F32", ...tensor });
  }
  tensors.set("optimizer.mean", vector(optimizer.mean));
  tensors.set("optimizer.variance", vector(optimizer.variance));
  if (average) {
    tensors.set("average.parameters", vector(average.parameters));
    tensors.set("average.statistics", vector(average.statistics));
  }
  const metadata = {
    optimizerSteps: String(optimizer.steps),
    averageSteps: String(average?.steps ?? 0),
    inConstantEnd: String(inConstantEnd),
    progress: JSON.stringify(progress),
    epochs: JSON.stringify(epochs),
  };
  return writeSafetensors(tensors, withChecksum({ tensors, metadata }));
}

/**
 * Reads a state's file.
 *
 * @throws {Error} when it is no such file, cut short, or its checksum does not fit.
 */
export function decodeTrainingState(bytes: Uint8Array): TrainingState {
  const content = readSafetensors(bytes), { tensors, metadata } = content;
  assertChecksum(content);
  const flat = (name: string) => tensors.get(name)?.data as Float32Array;
  const weights: StateDict = new Map();
  for (const [name, { shape, data }] of tensors) {
    if (!name.startsWith(weightPrefix)) continue;
    weights.set(name.slice(weightPrefix.length), { shape, data: data as Float32Array });
  }
  const parameters = flat("average.parameters"), statistics = flat("average.statistics");
  const averageSteps = Number(metadata.averageSteps);
  return {
    trainer: {
      weights,
      optimizer: {
        steps: Number(metadata.optimizerSteps),
        mean: flat("optimizer.mean"),
        variance: flat("optimizer.variance"),
      },
      average: parameters && { steps: averageSteps, parameters, statistics },
      // States of an earlier version do not say so: it had no such end.
      inConstantEnd: metadata.inConstantEnd === "true",
    },
    progress: progressOf(JSON.parse(metadata.progress)),
    epochs: JSON.parse(metadata.epochs),
  };
}

/** States of an earlier version hold the loss of the best epoch, which with the checkpoint `best` was the lowest. */
function progressOf(
  { bestLoss, ...progress }: FitProgress & { readonly bestLoss?: number | null },
): FitProgress {
  if (bestLoss === undefined) return progress;
  return { ...progress, lowestEpoch: progress.bestEpoch, lowestLoss: bestLoss };
}

/**
 * Saves a run's state. At every moment there is a whole one: the new one is complete on the disk before it takes
 * the newest one's name, and that one is kept as the one before.
 */
export async function saveTrainingState(run: string, state: TrainingState): Promise<void> {
  const newest = join(run, stateFiles.newest), arriving = join(run, stateFiles.arriving);
  await writeWholeFile(arriving, encodeTrainingState(state));
  await rename(newest, join(run, stateFiles.before)).catch(ignoreMissing);
  await rename(arriving, newest);
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}

/**
 * The newest whole state of a run; undefined where it was not saved even once.
 *
 * @param warn Told which file is damaged, when the one before is used instead.
 * @throws {Error} when there are files but all are damaged.
 */
export async function loadTrainingState(
  run: string,
  warn: (line: string) => void,
): Promise<TrainingState | undefined> {
  const problems: string[] = [];
  // Should the process have died before the second rename, the newest is still under its first name.
  for (const file of Object.values(stateFiles)) {
    try {
      const state = decodeTrainingState(await readFile(join(run, file)));
      for (const problem of problems) warn(`${problem}; going on from ${file}`);
      return state;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") continue;
      problems.push(`${join(run, file)} is damaged: ${(error as Error).message}`);
    }
  }
  if (problems.length) throw new Error(`Cannot go on with ${run}: ${problems.join("; ")}`);
  return undefined;
}

/** Removes a run's state, which is of no use once the run is over; the newest last, as it is gone on from until then. */
export async function removeTrainingState(run: string): Promise<void> {
  const oldestFirst = Object.values(stateFiles).reverse();
  for (const file of oldestFirst) await rm(join(run, file), { force: true });
}
