/**
 * The surface of a mask: the voxels that distances between outlines are measured from.
 *
 * @module
 */

import { backgroundSign, wordsOf } from "./mask_words.ts";
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
  const { data } = mask, { eights } = wordsOf(data);
  let surface = new Uint32Array(1024), count = 0, rowEnd = 0, borderRow = false;
  for (let voxel = 0; voxel < data.length; voxel++) {
    if (data[voxel] === 0) {
      if (voxel % 8 === 0) voxel = Math.max(voxel, 8 * skipBackground(eights, voxel / 8) - 1);
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

/** The first eight voxels from the given ones on from which there may be tumor. */
function skipBackground(eights: Float64Array, eight: number): number {
  while (eight + 4 <= eights.length && Object.is(backgroundSign(eights, eight), -0)) eight += 4;
  return eight;
}

function grown(values: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(2 * values.length);
  larger.set(values);
  return larger;
}
