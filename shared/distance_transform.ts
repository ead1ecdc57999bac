/**
 * The exact Euclidean distance transform, in time in proportion to the number of voxels.
 *
 * Source: P. F. Felzenszwalb and D. P. Huttenlocher, "Distance Transforms of Sampled Functions", Theory of Computing 8
 * (2012).
 *
 * @module
 */

import { LowerEnvelope } from "./lower_envelope.ts";
import { assertFillsShape, spatialShape } from "./shape.ts";
import { assertSpacing, type Spacing } from "./spacing.ts";
import type { Mask } from "./volume.ts";

/** Distances in mm, one for each voxel; shape as in {@linkcode Mask}. */
export interface DistanceMap {
  readonly data: Float64Array;
  readonly shape: readonly number[];
}

/**
 * How far every voxel of a mask [slices, height, width] or [height, width] is from the nearest tumor voxel, between their
 * centres, in the unit of the spacing. Tumor voxels are at 0; in an empty mask every voxel is at infinity.
 * `scipy.ndimage.distance_transform_edt(mask == 0, sampling=spacing)` gives the same.
 *
 * @throws {TypeError} when the shape has other than two or three axes or is not filled, or the spacing has another number
 *   of axes.
 * @throws {RangeError} when a spacing is not over 0.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const mask = { data: new Uint8Array([1, 0, 0, 0, 0, 1]), shape: [2, 3] };
 * const { data } = distanceTransform(mask, [3, 1]);
 * assert.deepEqual(Array.from(data), [0, 1, 2, 2, 1, 0]);
 * ```
 */
export function distanceTransform(mask: Mask, spacing: Spacing): DistanceMap {
  const action = "transform a mask to distances";
  assertFillsShape(action, "mask", mask);
  spatialShape(action, mask.shape);
  assertSpacing(action, spacing, mask.shape.length);
  const data = new Float64Array(mask.data.length);
  for (let i = 0; i < data.length; i++) data[i] = mask.data[i] === 0 ? Infinity : 0;
  let stride = 1;
  for (let axis = mask.shape.length - 1; axis >= 0; axis--) {
    const length = mask.shape[axis];
    transformAxis(data, length, stride, spacing[axis]);
    stride *= length;
  }
  for (let i = 0; i < data.length; i++) data[i] = Math.sqrt(data[i]);
  return { data, shape: [...mask.shape] };
}

/**
 * Neighbouring lines that are moved together, as many as share a cache line: on their own, the lines across slices would
 * fetch one for every voxel.
 */
const lanes = 8;

/** Puts squared distances along one axis more into `squared`, whose lines have `length` voxels, `stride` apart. */
function transformAxis(
  squared: Float64Array,
  length: number,
  stride: number,
  spacing: number,
): void {
  const envelope = new LowerEnvelope(length);
  const lines = new Float64Array(lanes * length);
  for (let block = 0; block < squared.length; block += length * stride) {
    for (let left = 0; left < stride; left += lanes) {
      const start = block + left, count = Math.min(lanes, stride - left);
      for (let i = 0; i < length; i++) {
        for (let lane = 0; lane < count; lane++) {
          lines[lane * length + i] = squared[start + i * stride + lane];
        }
      }
      for (let lane = 0; lane < count; lane++) {
        transformLine(lines, lane * length, length, spacing, envelope);
      }
      for (let i = 0; i < length; i++) {
        for (let lane = 0; lane < count; lane++) {
          squared[start + i * stride + lane] = lines[lane * length + i];
        }
      }
    }
  }
}

function transformLine(
  lines: Float64Array,
  offset: number,
  length: number,
  spacing: number,
  envelope: LowerEnvelope,
): void {
  envelope.clear();
  for (let i = 0; i < length; i++) {
    const height = lines[offset + i];
    if (height < Infinity) envelope.add(i * spacing, height);
  }
  envelope.write(lines, offset, 0, length, spacing);
}
