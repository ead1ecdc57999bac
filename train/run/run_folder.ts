/**
 * What a training run leaves behind, and where.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import type { Fold } from "../data/folds.ts";
import type { RecipeName, TrainingSettings } from "../fit/training_settings.ts";
import type { RunMachine } from "./run_machine.ts";
import type { UNetArchitecture } from "../network/unet_architecture.ts";
import { writeWholeFile } from "../storage/write_whole_file.ts";

/** The files of a run's folder. */
export const runFiles = {
  /** {@linkcode RunConfig}: everything that was set, and the versions it ran on. */
  config: "config.json",
  /** {@linkcode RunSplit}: which patients were learned from and which only measured. */
  split: "split.json",
  /** {@linkcode RunMetrics}: the figures of each epoch so far. */
  metrics: "metrics.json",
  /** `IntensityCard` of shared/intensities.ts: what is usual for the patients learned from. */
  intensities: "intensities.json",
  /** `RunStretch`es of run_stretches.ts; absent where the run was never resumed on anything else. */
  stretches: "stretches.json",
  /** The checkpoint that counts: of the lowest validation loss, or the last one. */
  best: "best.safetensors",
  /** The checkpoint of the newest epoch. */
  last: "last.safetensors",
  /** Folder of event files: `tensorboard --logdir` shows the run, while it goes on as well. */
  tensorboard: "tensorboard",
  /** What the process that trains the run holds a lock on. */
  lock: ".lock",
} as const;

/** A run, or a model, that another run started from. */
export interface RunStart {
  /** Its folder as it was given. */
  readonly run: string;
  /** Patients that its network was trained on, and those that it started from itself. */
  readonly patients: readonly string[];
  /** SHA-256 of its weights, in hex; absent in runs of an earlier version. */
  readonly sha256?: string;
  /** What its card calls it; absent where it was a run, and in runs of an earlier version. */
  readonly model?: { readonly name: string; readonly version: string };
  /** Of its own training; absent where its card does not say, and in runs of an earlier version. */
  readonly seed?: number;
}

/** What was set for a run, and what it was begun on. */
export interface RunConfig extends RunMachine {
  /** The data set's folder as it was given. */
  readonly data: string;
  readonly recipe: RecipeName;
  /** The recipe's settings, with what the command line changed of them. */
  readonly settings: TrainingSettings;
  readonly architecture: UNetArchitecture;
  /** The run whose network this one started from. Absent: it started from random weights. */
  readonly start?: RunStart;
  /** Share of the patients kept for validation; absent where a fold is. */
  readonly validation?: number;
  /** The fold kept for validation; absent where a share is. */
  readonly fold?: Fold;
  /** Whether each process normalises its slices by their own statistics. Absent in runs of an earlier version. */
  readonly ownStatistics?: boolean;
  /** When the run was started, ISO 8601 in UTC. */
  readonly started: string;
}

/** The patients of a run by id. */
export interface RunSplit {
  readonly training: readonly string[];
  readonly validation: readonly string[];
  /** The fold that the validation patients are, where they are one. */
  readonly fold?: Fold;
  /** What the images and masks are, by id (see `patient_digest.ts`); absent in runs of an earlier version. */
  readonly digests?: Readonly<Record<string, string>>;
}

/** Figures of one epoch. */
export interface EpochMetrics {
  /** From 1. */
  readonly epoch: number;
  readonly trainingLoss: number;
  /** Null where no patient validates. */
  readonly validationLoss: number | null;
  /** Mean volume Dice of the validation patients; null where it is not defined for any. */
  readonly validationDice: number | null;
  /** Volume Dice by validation patient; null where neither prediction nor reference has tumor. */
  readonly diceByPatient: Readonly<Record<string, number | null>>;
  /** Validation left out; null where the epoch's steps had all been done before an interruption. */
  readonly slicesPerSecond: number | null;
  /** How long it took, validation and all; of an epoch that was resumed, the part since then. */
  readonly seconds: number;
}

/** Figures of a run. */
export interface RunMetrics {
  readonly epochs: readonly EpochMetrics[];
  /** The epoch whose weights are the result, in `best.safetensors`: of the lowest validation loss, or the last one. */
  readonly bestEpoch: number;
}

/** Reads one of the run's JSON files. */
export async function readRunFile<T>(run: string, file: string): Promise<T> {
  return JSON.parse(await readFile(`${run}/${file}`, "utf8"));
}

/** Writes one of the run's JSON files, so that a reader never sees half of it. */
export async function writeRunFile(run: string, file: string, content: unknown): Promise<void> {
  await writeWholeFile(`${run}/${file}`, JSON.stringify(content, null, 2) + "\n");
}
