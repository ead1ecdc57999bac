/**
 * Precision (positive predictive value): how much of what was outlined is tumor.
 *
 * Source: T. J. Vecchio, "Predictive Value of a Single Diagnostic Test in Unselected Populations", New England Journal of
 * Medicine 274 (1966).
 *
 * @module
 */

import type { ConfusionCounts } from "./confusion.ts";

/**
 * The part of the prediction's voxels that the reference has too, from 0 to 1; NaN where the prediction
 * is empty.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const counts = { truePositives: 3, falsePositives: 1, falseNegatives: 9, trueNegatives: 0 };
 * assert.equal(precisionFromCounts(counts), 0.75);
 * ```
 */
export function precisionFromCounts({ truePositives, falsePositives }: ConfusionCounts): number {
  return truePositives / (truePositives + falsePositives);
}
