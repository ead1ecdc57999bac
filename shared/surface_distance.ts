/**
 * How far the surfaces of two masks are apart: the one measurement behind every metric of surfaces.
 *
 * @module
 */

import { nearestVoxelDistances } from "./nearest_voxel.ts";
import { assertSameShape, spatialShape } from "./shape.ts";
import { assertSpacing, type Spacing } from "./spacing.ts";
import { surfaceVoxels } from "./surface.ts";
import type { Mask } from "./volume.ts";

/** Distances in mm, one for each surface voxel, to the nearest surface voxel of the other mask. */
export interface SurfaceDistances {
  /** From the prediction's surface to the reference's. */
  readonly toReference: Float32Array;
  /** From the reference's surface to the prediction's. */
  readonly toPrediction: Float32Array;
}

/**
 * Measures the distances between two surfaces, exact but for their rounding to single precision. Shapes
 * [slices, height, width] or [height, width]; what surface is, `surface.ts` says. Where one mask is empty, all
 * distances from the other are infinite; where both are, there are none.
 *
 * Source: `get_edge_surface_distance` of MONAI 1.6, without its subvoxels.
 *
 * @throws {TypeError} when the shapes differ, have other than two or three axes, or the spacing another number of them.
 * @throws {RangeError} when a spacing is not over 0.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const prediction = { data: new Uint8Array([1, 1, 0, 0]), shape: [1, 4] };
 * const reference = { data: new Uint8Array([1, 1, 1, 1]), shape: [1, 4] };
 * assert.deepEqual(surfaceDistances(prediction, reference, [1, 0.5]), {
 *   toReference: new Float32Array([0, 0]),
 *   toPrediction: new Float32Array([0, 0, 0.5, 1]),
 * });
 * ```
 */
export function surfaceDistances(
  prediction: Mask,
  reference: Mask,
  spacing: Spacing,
): SurfaceDistances {
  const action = "measure surface distances";
  assertSameShape(action, prediction, reference);
  const shape = spatialShape(action, prediction.shape);
  assertSpacing(action, spacing, prediction.shape.length);
  const [columns, rows, slices = 1] = spacing.toReversed();
  const grid = { shape, spacing: [slices, rows, columns] } as const;
  const predicted = surfaceVoxels(prediction), actual = surfaceVoxels(reference);
  return {
    toReference: nearestVoxelDistances(predicted, actual, grid),
    toPrediction: nearestVoxelDistances(actual, predicted, grid),
  };
}
