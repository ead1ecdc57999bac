/**
 * The Hausdorff distance: how far the outlines are apart where they are furthest apart, and HD95, which leaves out the
 * furthest twentieth of them.
 *
 * Sources: D. P. Huttenlocher et al., "Comparing Images Using the Hausdorff Distance", IEEE TPAMI 15 (1993);
 * `compute_hausdorff_distance` of MONAI 1.6, whose HD95 is the larger of the two directed percentiles. Others take the
 * percentile of both directions together (medpy's `hd95`), which is never larger.
 *
 * Where one mask is empty, the distance is infinite; where both are, it is NaN: skip it in a mean. (MONAI's HD95 of one
 * empty mask is NaN too, as it interpolates between infinities.)
 *
 * @module
 */

import type { Spacing } from "./spacing.ts";
import { type SurfaceDistances, surfaceDistances } from "./surface_distance.ts";
import type { Mask } from "./volume.ts";

/**
 * The larger of the two directed distances, each the given percentile of the distances from one surface to the other; in
 * mm. 100 is the Hausdorff distance itself, 95 is HD95. Between two distances it interpolates linearly.
 *
 * @param percentile From 0 to 100.
 * @throws {RangeError} when the percentile is not from 0 to 100.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const toReference = new Float32Array([0, 1]), toPrediction = new Float32Array([0, 2, 4]);
 * assert.equal(hausdorffFromDistances({ toReference, toPrediction }), 4);
 * assert.equal(hausdorffFromDistances({ toReference, toPrediction }, 75), 3);
 * ```
 */
export function hausdorffFromDistances(
  { toReference, toPrediction }: SurfaceDistances,
  percentile = 100,
): number {
  if (!(percentile >= 0 && percentile <= 100)) {
    throw new RangeError(
      "Cannot measure a Hausdorff distance as its percentile must be from 0 to 100: " +
        `current value is ${percentile}`,
    );
  }
  if (toReference.length + toPrediction.length === 0) return NaN;
  return Math.max(quantile(toReference, percentile), quantile(toPrediction, percentile));
}

/**
 * The Hausdorff distance of two masks, in mm: the largest distance from a surface voxel of either to the nearest of the
 * other. Shapes [slices, height, width] or [height, width].
 *
 * @throws {TypeError} when the shapes differ, have other than two or three axes, or the spacing another number of them.
 * @throws {RangeError} when a spacing is not over 0.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const prediction = { data: new Uint8Array([1, 0, 0, 1]), shape: [1, 4] };
 * const reference = { data: new Uint8Array([1, 0, 0, 0]), shape: [1, 4] };
 * assert.equal(hausdorff(prediction, reference, [1, 0.5]), 1.5);
 * ```
 */
export function hausdorff(prediction: Mask, reference: Mask, spacing: Spacing): number {
  return hausdorffFromDistances(surfaceDistances(prediction, reference, spacing));
}

/**
 * HD95 of two masks, in mm: the larger of the 95th percentiles of the distances from one surface to the other. Shapes
 * [slices, height, width] or [height, width].
 *
 * @throws {TypeError} when the shapes differ, have other than two or three axes, or the spacing another number of them.
 * @throws {RangeError} when a spacing is not over 0.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const reference = { data: new Uint8Array(100).fill(1), shape: [1, 100] };
 * const prediction = { data: new Uint8Array(100).fill(1, 0, 99), shape: [1, 100] };
 * assert.equal(hd95(prediction, reference, [1, 1]), 0);
 * ```
 */
export function hd95(prediction: Mask, reference: Mask, spacing: Spacing): number {
  return hausdorffFromDistances(surfaceDistances(prediction, reference, spacing), 95);
}

/** A percentile as `torch.quantile` has it; 0 of nothing, so that it never decides. */
function quantile(distances: Float32Array, percentile: number): number {
  if (distances.length === 0) return 0;
  const sorted = distances.toSorted();
  // The rank in single precision, as torch has it: one off by a millionth may fall between two other distances.
  const rank = Math.fround(Math.fround(percentile / 100) * (sorted.length - 1));
  const below = sorted[Math.floor(rank)], above = sorted[Math.ceil(rank)];
  return below === above ? below : below + (above - below) * (rank - Math.floor(rank));
}
