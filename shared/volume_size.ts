/**
 * How large a volume may be, as its file's header says it.
 *
 * @module
 */

import { ImageTooLargeError } from "./image/image_error.ts";

/** How much a volume may ask for, beside its values, checked before memory is spent on these. */
export interface VolumeSizeLimits {
  /** @default any number */
  readonly maxSlices?: number;
  /** Of one slice. @default any number */
  readonly maxPixels?: number;
}

/**
 * Refuses a volume of too many slices or too large ones.
 *
 * @param action What cannot be done with it, as in "decode the NIfTI".
 * @param shape [slices, height, width] in our axes.
 * @throws {ImageTooLargeError} naming the limit and the size.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assertVolumeSize("decode the NIfTI", [3, 256, 256], { maxSlices: 3 });
 * assert.throws(
 *   () => assertVolumeSize("decode the NIfTI", [3, 256, 256], { maxPixels: 65_535 }),
 *   /slices of at most 65535 pixels: current size is 3x256x256/,
 * );
 * ```
 */
export function assertVolumeSize(
  action: string,
  [slices, height, width]: readonly [number, number, number],
  { maxSlices = Infinity, maxPixels = Infinity }: VolumeSizeLimits,
): void {
  const rule = slices > maxSlices
    ? `at most ${maxSlices} slices`
    : height * width > maxPixels
    ? `slices of at most ${maxPixels} pixels`
    : undefined;
  if (rule === undefined) return;
  throw new ImageTooLargeError(
    `Cannot ${action} as it must have ${rule}: current size is ${slices}x${height}x${width}`,
  );
}
