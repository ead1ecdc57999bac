/**
 * Specificity (true negative rate): how much of what is not tumor was left alone. It hardly tells predictions apart
 * where most of the image is background, as it is around a tumor.
 *
 * Source: J. Yerushalmy, "Statistical Problems in Assessing Methods of Medical Diagnosis", Public Health Reports 62
 * (1947).
 *
 * @module
 */

import type { ConfusionCounts } from "./confusion.ts";

/**
 * The part of the voxels outside the reference that are outside the prediction too, from 0 to 1; NaN where the
 * reference leaves nothing outside.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const counts = { truePositives: 5, falsePositives: 1, falseNegatives: 9, trueNegatives: 3 };
 * assert.equal(specificityFromCounts(counts), 0.75);
 * ```
 */
export function specificityFromCounts({ trueNegatives, falsePositives }: ConfusionCounts): number {
  return trueNegatives / (trueNegatives + falsePositives);
}
