/**
 * From what a network says to a slice's probabilities: the way back of `network_input.ts`.
 *
 * @module
 */

import { upsample } from "../downsampling.ts";
import type { ProbabilityMap, Slice } from "../volume.ts";
import type { NetworkImage } from "./network_input.ts";

/**
 * The network's probabilities brought to the slice's own resolution, and cropped of what the slice was filled up with.
 *
 * @param output Axes [rows, columns] of the network's image.
 * @param shape The axes of that image, which are the last two.
 * @param downsampling @default 1
 * @returns Axes [height, width] of the slice.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const output = new Float32Array([0.1, 0.2, 0.3, 0.4]);
 * const { data, shape } = probabilityOfSlice(output, [1, 3, 2, 2], { height: 2, width: 1 });
 * assert.deepEqual(data, new Float32Array([0.1, 0.3]));
 * assert.deepEqual(shape, [2, 1]);
 * ```
 */
export function probabilityOfSlice(
  output: Float32Array,
  [, , rows, columns]: NetworkImage["shape"],
  { height, width }: Pick<Slice, "height" | "width">,
  downsampling = 1,
): ProbabilityMap {
  const full = upsample(output, rows, columns, downsampling);
  return { data: cropped(full, columns * downsampling, height, width), shape: [height, width] };
}

/** The upper left corner of a map. */
function cropped(map: Float32Array, columns: number, height: number, width: number): Float32Array {
  if (map.length === height * width) return map;
  const corner = new Float32Array(height * width);
  for (let row = 0; row < height; row++) {
    corner.set(map.subarray(row * columns, row * columns + width), row * width);
  }
  return corner;
}
