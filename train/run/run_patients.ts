/**
 * Which patients a run learns from and which it measures on.
 *
 * @module
 */
import { access } from "node:fs/promises";
import { resolve } from "node:path";
import type { Patient } from "../data/dataset.ts";
import { foldOf } from "../data/folds.ts";
import { type PreparedPatient, preparePatient } from "../data/prepared_patient.ts";
import { splitPatients } from "../data/split.ts";
import { splitSeedOf, type TrainingSettings } from "../fit/training_settings.ts";
import type { RunConfig, RunSplit } from "./run_folder.ts";
import { digestsOf } from "./unchanged_data.ts";

/** Patients of a run, in memory. */
export interface RunPatients {
  readonly training: readonly PreparedPatient[];
  readonly validation: readonly PreparedPatient[];
}

/**
 * Where the data of a run that goes on is.
 *
 * @param given Where it is said to be now. Absent: where it was.
 * @throws {Error} when it is no longer where it was.
 */
export async function dataOf(run: string, config: RunConfig, given?: string): Promise<string> {
  if (given !== undefined) return given;
  const isThere = await access(config.data).then(() => true, () => false);
  if (isThere) return config.data;
  throw new Error(
    `Cannot go on with ${run} as its data must be where it was, or --data must say where it is now: ` +
      `${resolve(config.data)} does not exist`,
  );
}

/** A fold where one is asked for, else a share; with what the patients are. */
export function drawSplit(
  all: readonly Pick<Patient, "id" | "digest">[],
  { settings, validation, fold }: Pick<RunConfig, "settings" | "validation" | "fold">,
): RunSplit {
  const ids = all.map(({ id }) => id), seed = splitSeedOf(settings);
  const split = fold
    ? { ...foldOf(ids, { ...fold, seed }), fold }
    : splitPatients(ids, { validation, seed });
  return { ...split, digests: digestsOf(all, split) };
}

/**
 * The patients of a split, ready to be learned from.
 *
 * @throws {Error} naming a patient of the split that the data lacks.
 */
export function preparePatients(
  all: readonly Patient[],
  split: RunSplit,
  { sequences, preprocessing }: TrainingSettings,
): RunPatients {
  const byId = new Map(all.map((patient) => [patient.id, patient]));
  const prepare = (id: string) => {
    const patient = byId.get(id);
    if (!patient) throw new Error(`Cannot go on with the run as the data must hold patient ${id}`);
    return preparePatient(patient, sequences, preprocessing);
  };
  return { training: split.training.map(prepare), validation: split.validation.map(prepare) };
}
