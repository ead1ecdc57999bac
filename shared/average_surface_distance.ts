/**
 * The average symmetric surface distance (ASSD): how far the outlines are apart on average.
 *
 * Source: T. Heimann et al., "Comparison and Evaluation of Methods for Liver Segmentation From CT Datasets", IEEE TMI 28
 * (2009); `compute_average_surface_distance` of MONAI 1.6 with `symmetric=True`.
 *
 * Where one mask is empty, the distance is infinite; where both are, it is NaN: skip it in a mean.
 *
 * @module
 */

import type { Spacing } from "./spacing.ts";
import { type SurfaceDistances, surfaceDistances } from "./surface_distance.ts";
import type { Mask } from "./volume.ts";

/**
 * The mean of all distances of both directions, in mm. The larger surface has the larger say: it is not the mean of two
 * means.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const toReference = new Float32Array([4]), toPrediction = new Float32Array([0, 1, 1]);
 * assert.equal(assdFromDistances({ toReference, toPrediction }), 1.5);
 * ```
 */
export function assdFromDistances({ toReference, toPrediction }: SurfaceDistances): number {
  let sum = 0;
  for (const distance of toReference) sum += distance;
  for (const distance of toPrediction) sum += distance;
  return sum / (toReference.length + toPrediction.length);
}

/**
 * The average symmetric surface distance of two masks, in mm. Shapes [slices, height, width] or [height, width].
 *
 * @throws {TypeError} when the shapes differ, have other than two or three axes, or the spacing another number of them.
 * @throws {RangeError} when a spacing is not over 0.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const prediction = { data: new Uint8Array([1, 0, 0, 1]), shape: [1, 4] };
 * const reference = { data: new Uint8Array([1, 0, 0, 0]), shape: [1, 4] };
 * assert.equal(assd(prediction, reference, [1, 0.5]), (0 + 1.5 + 0) / 3);
 * ```
 */
export function assd(prediction: Mask, reference: Mask, spacing: Spacing): number {
  return assdFromDistances(surfaceDistances(prediction, reference, spacing));
}
