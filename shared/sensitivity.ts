/**
 * Sensitivity (recall): how much of the tumor was found.
 *
 * Source: J. Yerushalmy, "Statistical Problems in Assessing Methods of Medical Diagnosis", Public Health Reports 62
 * (1947).
 *
 * @module
 */

import type { ConfusionCounts } from "./confusion.ts";

/**
 * The part of the reference's voxels that the prediction has too, from 0 to 1; NaN where the reference
 * is empty.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const counts = { truePositives: 3, falsePositives: 9, falseNegatives: 1, trueNegatives: 0 };
 * assert.equal(sensitivityFromCounts(counts), 0.75);
 * ```
 */
export function sensitivityFromCounts({ truePositives, falseNegatives }: ConfusionCounts): number {
  return truePositives / (truePositives + falseNegatives);
}
