/**
 * Which patients a run learns from and which it measures on.
 *
 * @module
 */
import type { Patient } from "../data/dataset.ts";
import { foldOf } from "../data/folds.ts";
import { type PreparedPatient, preparePatient } from "../data/prepared_patient.ts";
import { splitPatients } from "../data/split.ts";
import type { TrainingSettings } from "../fit/training_settings.ts";
import type { RunConfig, RunSplit } from "./run_folder.ts";

/** Patients of a run, in memory. */
export interface RunPatients {
  readonly training: readonly PreparedPatient[];
  readonly validation: readonly PreparedPatient[];
}

/** A fold where one is asked for, else a share. */
export function drawSplit(
  all: readonly Patient[],
  { settings: { seed }, validation, fold }: Pick<RunConfig, "settings" | "validation" | "fold">,
): RunSplit {
  const ids = all.map(({ id }) => id);
  return fold
    ? { ...foldOf(ids, { ...fold, seed }), fold }
    : splitPatients(ids, { validation, seed });
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
