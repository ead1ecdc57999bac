/**
 * How large the outlined tumor is, and by how much the prediction gets its size wrong, wherever it lies.
 *
 * Source: the relative volume difference of T. Heimann et al., "Comparison and Evaluation of Methods for Liver
 * Segmentation From CT Datasets", IEEE TMI 28 (2009). MONAI's absolute volume difference is the same in voxels and
 * without its sign.
 *
 * @module
 */

import type { ConfusionCounts } from "./confusion.ts";
import { assertSpacing, type Spacing } from "./spacing.ts";

/** Two volumes and their difference. */
export interface VolumeDifference {
  /** Of the prediction, in ml. */
  readonly predictionMl: number;
  /** Of the reference, in ml. */
  readonly referenceMl: number;
  /** Prediction minus reference, in ml: over 0 where too much was outlined. */
  readonly differenceMl: number;
  /** The difference as a part of the reference; infinite where only the reference is empty, NaN where both are. */
  readonly relativeDifference: number;
}

/**
 * Compares volumes by the counts of their voxels.
 *
 * @param spacing [slices, rows, columns] in mm: a volume takes all three, even that of a lone slice.
 * @throws {TypeError} when the spacing has not three numbers.
 * @throws {RangeError} when one of them is not over 0.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const counts = { truePositives: 150, falsePositives: 150, falseNegatives: 50, trueNegatives: 0 };
 * assert.deepEqual(volumeDifferenceFromCounts(counts, [5, 1, 1]), {
 *   predictionMl: 1.5,
 *   referenceMl: 1,
 *   differenceMl: 0.5,
 *   relativeDifference: 0.5,
 * });
 * ```
 */
export function volumeDifferenceFromCounts(
  { truePositives, falsePositives, falseNegatives }: ConfusionCounts,
  spacing: Spacing,
): VolumeDifference {
  assertSpacing("measure volumes", spacing, 3);
  const [slices, rows, columns] = spacing;
  const voxelMl = slices * rows * columns / 1000;
  const difference = falsePositives - falseNegatives;
  return {
    predictionMl: (truePositives + falsePositives) * voxelMl,
    referenceMl: (truePositives + falseNegatives) * voxelMl,
    differenceMl: difference * voxelMl,
    relativeDifference: difference / (truePositives + falseNegatives),
  };
}
