/**
 * The outline of a mask.
 *
 * @module
 */

import { assertFillsShape } from "./shape.ts";
import type { Mask } from "./volume.ts";

/**
 * The pixels of a mask that lie on its edge: tumor with background above, below, to the left or to the right,
 * or at the border of the image. The line is one pixel thick and lies inside the mask. A volume
 * [slices, height, width] is outlined slice by slice; an empty mask has no outline.
 *
 * @throws {TypeError} when the data does not fill the mask's shape.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const mask = { data: new Uint8Array(25).fill(1), shape: [5, 5] };
 * const inside = contour(mask).data.reduce((count, edge) => edge ? count : count + 1, 0);
 * assert.equal(inside, 9);
 * ```
 */
export function contour(mask: Mask): Mask {
  assertFillsShape("outline a mask", "mask", mask);
  const width = mask.shape.at(-1) ?? 1, height = mask.shape.at(-2) ?? 1;
  const data = new Uint8Array(mask.data.length);
  for (let i = 0; i < data.length; i++) {
    if (mask.data[i] === 0) continue;
    const x = i % width, y = Math.floor(i / width) % height;
    const inner = x > 0 && x < width - 1 && y > 0 && y < height - 1 &&
      mask.data[i - 1] !== 0 && mask.data[i + 1] !== 0 &&
      mask.data[i - width] !== 0 && mask.data[i + width] !== 0;
    if (!inner) data[i] = 1;
  }
  return { data, shape: mask.shape };
}
