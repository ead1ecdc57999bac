/** From the files that a person opens to a scan, and the reference masks that may come with it. */

import type { Preprocessing } from "../../../shared/scaling.ts";
import { volumeScaling } from "../../../shared/scaling.ts";
import { intensityRanges } from "../view/intensity_range.ts";
import { isMaskFile, readMaskFile, readSliceFiles } from "./slice_files.ts";
import type { NamedMask, Opened } from "./scan.ts";

/** Told after each file. */
export type OnFile = (done: number, total: number) => void;

/**
 * Reads slices and masks (files whose name ends in `_mask`). Several slices are taken to be one patient's.
 *
 * @throws {Error} where a file cannot be read, or the slices do not belong together.
 */
export async function readFiles(
  files: readonly File[],
  preprocessing: Preprocessing,
  onFile: OnFile,
): Promise<Opened> {
  let done = 0;
  const step = () => onFile(++done, files.length);
  const masks: NamedMask[] = [];
  for (const file of files.filter(isMaskFile)) {
    masks.push(await readMaskFile(file));
    step();
  }
  const sliceFiles = files.filter((file) => !isMaskFile(file));
  if (sliceFiles.length === 0) return { masks };
  const stack = await readSliceFiles(sliceFiles, step);
  const { volume } = stack;
  const scaling = volumeScaling(volume, preprocessing);
  return { scan: { ...stack, scaling, ranges: intensityRanges(volume) }, masks };
}
