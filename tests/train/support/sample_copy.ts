/** Copies of a few real slices, for tests to break. */
import { cp, mkdir } from "node:fs/promises";
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
