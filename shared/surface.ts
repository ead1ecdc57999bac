/**
 * The surface of a mask: the voxels that distances between outlines are measured from.
 *
 * @module
 */

import { wordsOf } from "./mask_words.ts";
import { assertFillsShape, spatialShape } from "./shape.ts";
import type { Mask } from "./volume.ts";

/**
 * The voxels of a mask that touch its outside with a side (4 neighbours in a slice, 6 in a volume), or lie at the border
 * of the image, as ascending indices in C order. An empty mask has none. A volume [slices, height, width] is taken as
 * the solid it is, unlike in `contour.ts`: one slice of a volume is surface all over.
 *
 * Source: `get_mask_edges` of MONAI 1.6, the mask without its erosion by `scipy.ndimage.binary_erosion`.
 *
 * @throws {TypeError} when the shape has other than two or three axes, or the data does not fill it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const square = { data: new Uint8Array(9).fill(1), shape: [3, 3] };
 * assert.deepEqual(Array.from(surfaceVoxels(square)), [0, 1, 2, 3, 5, 6, 7, 8]);
 * ```
 */
export function surfaceVoxels(mask: Mask): Uint32Array {
  const action = "find the surface of a mask";
  assertFillsShape(action, "mask", mask);
  const [slices, height, width] = spatialShape(action, mask.shape);
  const area = mask.shape.length === 3 ? height * width : 0;
  const { data } = mask, words = wordsOf(data);
  let surface = new Uint32Array(1024), count = 0, rowEnd = 0, borderRow = false;
  for (let voxel = 0; voxel < data.length; voxel++) {
    if (data[voxel] === 0) {
      if (voxel % 16 === 0) voxel = Math.max(voxel, 4 * skipBackground(words, voxel / 4) - 1);
      continue;
    }
    if (voxel >= rowEnd) {
      const row = Math.floor(voxel / width), y = row % height, z = Math.floor(row / height);
      rowEnd = (row + 1) * width;
      borderRow = y === 0 || y === height - 1 || (area > 0 && (z === 0 || z === slices - 1));
    }
    // In a row that is not at the border, only the first and last voxel lack a neighbour.
    const inside = !borderRow && voxel !== rowEnd - width && voxel !== rowEnd - 1 &&
      data[voxel - 1] !== 0 && data[voxel + 1] !== 0 &&
      data[voxel - width] !== 0 && data[voxel + width] !== 0 &&
      data[voxel - area] !== 0 && data[voxel + area] !== 0;
    if (inside) continue;
    if (count === surface.length) surface = grown(surface);
    surface[count++] = voxel;
  }
  return surface.slice(0, count);
}

/** The first word from `word` on that has tumor in it or in the three after it; both numbers are multiples of four. */
function skipBackground(words: Int32Array, word: number): number {
  const whole = words.length - words.length % 4;
  while (
    word < whole && (words[word] | words[word + 1] | words[word + 2] | words[word + 3]) === 0
  ) word += 4;
  return word;
}

function grown(values: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(2 * values.length);
  larger.set(values);
  return larger;
}
