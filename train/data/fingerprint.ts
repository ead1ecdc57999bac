/**
 * Tells whether a patient's files are still the ones that something was made from.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { relative, resolve } from "node:path";
import { filesOf, type PatientFiles } from "./patient_files.ts";

/**
 * A text that is another one when a file of the patient was changed, added, removed, renamed or replaced: a hash of
 * the folder's path and of each file's name, size and times of the last change, as finely as the system tells them.
 * Of these, that of the content is whatever an archive or a copying program says, and may be the same for all files
 * of a data set, whose sizes are mostly the same as well; that of the entry on the disk (ctime) is the system's own.
 *
 * @throws {Error} when a file is missing.
 */
export async function fingerprintOf(patient: PatientFiles): Promise<string> {
  const { folder } = patient, files = filesOf(patient);
  const lines = await Promise.all(files.map(async (file) => {
    const { size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
    return `${relative(folder, file)}\0${size}\0${mtimeNs}\0${ctimeNs}`;
  }));
  return createHash("sha256").update([resolve(folder), ...lines].join("\n")).digest("hex");
}
