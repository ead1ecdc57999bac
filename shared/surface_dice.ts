/**
 * Surface Dice at a tolerance, also called the normalized surface distance (NSD): how much of the two outlines lies as
 * near to the other as two people's outlines would.
 *
 * Source: S. Nikolov et al., "Deep learning to achieve clinically applicable segmentation of head and neck anatomy"
 * (arXiv:1809.04430); `compute_surface_dice` of MONAI 1.6, which counts surface voxels as A. Reinke et al.
 * (arXiv:2111.05408) do, where DeepMind's surface-distance weighs them by their area.
 *
 * Where one mask is empty, it is 0; where both are, it is NaN: skip it in a mean.
 *
 * @module
 */

import type { Spacing } from "./spacing.ts";
import { type SurfaceDistances, surfaceDistances } from "./surface_distance.ts";
import type { Mask } from "./volume.ts";

/**
 * The part of all surface voxels that are at most `tolerance` mm from the other surface, from 0 to 1.
 *
 * @param tolerance In mm, 0 or more.
 * @throws {RangeError} when the tolerance is not a finite number from 0.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const toReference = new Float32Array([0, 1, 2]), toPrediction = new Float32Array([3]);
 * assert.equal(nsdFromDistances({ toReference, toPrediction }, 1), 0.5);
 * ```
 */
export function nsdFromDistances(
  { toReference, toPrediction }: SurfaceDistances,
  tolerance: number,
): number {
  if (!(tolerance >= 0 && tolerance < Infinity)) {
    throw new RangeError(
      "Cannot measure surface Dice as the tolerance must be a finite number of mm from 0: " +
        `current value is ${tolerance}`,
    );
  }
  // Distances are of single precision: three voxels of 0.1 mm are within 0.3 mm.
  const most = Math.fround(tolerance);
  let near = 0;
  for (const distance of toReference) if (distance <= most) near++;
  for (const distance of toPrediction) if (distance <= most) near++;
  return near / (toReference.length + toPrediction.length);
}

/**
 * Surface Dice of two masks at a tolerance in mm, from 0 to 1. Shapes [slices, height, width] or [height, width].
 *
 * @param tolerance In mm, 0 or more.
 * @throws {TypeError} when the shapes differ, have other than two or three axes, or the spacing another number of them.
 * @throws {RangeError} when the tolerance is not a finite number from 0, or a spacing is not over 0.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const prediction = { data: new Uint8Array([1, 0, 0, 1]), shape: [1, 4] };
 * const reference = { data: new Uint8Array([1, 0, 0, 0]), shape: [1, 4] };
 * assert.equal(nsd(prediction, reference, 1, [1, 0.5]), 2 / 3);
 * assert.equal(nsd(prediction, reference, 2, [1, 0.5]), 1);
 * ```
 */
export function nsd(
  prediction: Mask,
  reference: Mask,
  tolerance: number,
  spacing: Spacing,
): number {
  return nsdFromDistances(surfaceDistances(prediction, reference, spacing), tolerance);
}
