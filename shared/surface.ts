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
  let surface = new Uint32Array(1024), count = 0;
  let rowEnd = 0, borderRow = false;

  function enterRow(voxel: number): void {
    const row = Math.floor(voxel / width), y = row % height, z = Math.floor(row / height);
    rowEnd = (row + 1) * width;
    borderRow = y === 0 || y === height - 1 || (area > 0 && (z === 0 || z === slices - 1));
  }

  function visit(voxel: number): void {
    if (data[voxel] === 0) return;
    if (voxel >= rowEnd) enterRow(voxel);
    // In a row that is not at the border, only the first and last voxel lack a neighbour.
    const inside = !borderRow && voxel !== rowEnd - width && voxel !== rowEnd - 1 &&
      data[voxel - 1] !== 0 && data[voxel + 1] !== 0 &&
      data[voxel - width] !== 0 && data[voxel + width] !== 0 &&
      data[voxel - area] !== 0 && data[voxel + area] !== 0;
    if (inside) return;
    if (count === surface.length) surface = grown(surface);
    surface[count++] = voxel;
  }

  for (let word = 0; word < words.length; word++) {
    if (words[word] === 0) continue;
    for (let voxel = 4 * word; voxel < 4 * word + 4; voxel++) visit(voxel);
  }
  for (let voxel = 4 * words.length; voxel < data.length; voxel++) visit(voxel);
  return surface.slice(0, count);
}

function grown(values: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(2 * values.length);
  larger.set(values);
  return larger;
}
