/** Copies of a few real slices, for tests to break. */
import { cp, mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { root } from "./run_command.ts";

/** Copies slices of a sample patient, with their masks, into `folder/PATIENT/`; returns that folder. */
export async function copySlices(
  folder: string,
  patient: string,
  numbers: readonly number[],
): Promise<string> {
  const target = join(folder, patient);
  await mkdir(target, { recursive: true });
  for (const number of numbers) {
    for (const ending of [".tif", "_mask.tif"]) {
      const name = `${patient}_${number}${ending}`;
      await cp(join(root, "train/sample", patient, name), join(target, name));
    }
  }
  return target;
}

/** A data set of whole sample patients, linked rather than copied. */
export async function sampleOf(folder: string, patients: readonly string[]): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const patient of patients) {
    await symlink(join(root, "train/sample", patient), join(folder, patient));
  }
  return folder;
}
