/**
 * Intersection over union, also called the Jaccard index. It ranks predictions as Dice does:
 * iou = dice / (2 - dice).
 *
 * Source: P. Jaccard (1912), "The distribution of the flora in the alpine zone".
 *
 * @module
 */

import type { ConfusionCounts } from "./confusion.ts";

/**
 * Intersection over union, from 0 to 1; NaN where neither the prediction nor the reference has tumor.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const counts = { truePositives: 3, falsePositives: 1, falseNegatives: 1, trueNegatives: 0 };
 * assert.equal(iouFromCounts(counts), 0.6);
 * ```
 */
export function iouFromCounts(
  { truePositives, falsePositives, falseNegatives }: ConfusionCounts,
): number {
  return truePositives / (truePositives + falsePositives + falseNegatives);
}
