/**
 * Reads a data set while a progress bar says how far it is.
 *
 * @module
 */
import { readDatasetCached } from "./volume_cache.ts";
import type { Patient } from "./dataset.ts";
import { type Progress, startProgress } from "../terminal/progress.ts";

/**
 * All patients of a data set; those read before come from a cache.
 *
 * @param cache Where that lies; absent: where it usually does; false: nowhere.
 * @throws {DatasetError} as {@linkcode readDatasetCached}.
 */
export async function readPatients(folder: string, cache?: string | false): Promise<Patient[]> {
  let progress: Progress | undefined;
  try {
    return await readDatasetCached(folder, {
      cache,
      onPatient(done, total) {
        progress ??= startProgress("Reading", total, { unit: "patients" });
        progress.update(done);
      },
    });
  } finally {
    progress?.stop();
  }
}
