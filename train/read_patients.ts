/**
 * Reads a data set while a progress bar says how far it is.
 *
 * @module
 */
import { type Patient, readDataset } from "./dataset.ts";
import { type Progress, startProgress } from "./progress.ts";

/**
 * All patients of a data set.
 *
 * @throws {DatasetError} as {@linkcode readDataset}.
 */
export async function readPatients(folder: string): Promise<Patient[]> {
  let progress: Progress | undefined;
  try {
    return await readDataset(folder, {
      onPatient(done, total) {
        progress ??= startProgress("Reading", total, { unit: "patients" });
        progress.update(done);
      },
    });
  } finally {
    progress?.stop();
  }
}
