/**
 * The one count behind every overlap metric: how prediction and reference agree, voxel by voxel.
 *
 * @module
 */

import { assertSameShape } from "./shape.ts";
import type { Mask } from "./volume.ts";

/** Voxels by what the prediction and the reference say of them. */
export interface ConfusionCounts {
  /** Tumor in both. */
  readonly truePositives: number;
  /** Tumor in the prediction only. */
  readonly falsePositives: number;
  /** Tumor in the reference only. */
  readonly falseNegatives: number;
  /** Tumor in neither. */
  readonly trueNegatives: number;
}

/**
 * Counts the voxels of two masks of the same shape ([height, width] or [slices, height, width]).
 * Any value but 0 counts as tumor. Empty masks, and masks without voxels, give zeros.
 *
 * @throws {TypeError} when the shapes differ, or an array does not fill its shape.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const prediction = { data: new Uint8Array([1, 1, 0, 0]), shape: [2, 2] };
 * const reference = { data: new Uint8Array([1, 0, 1, 0]), shape: [2, 2] };
 * assert.deepEqual(confusionCounts(prediction, reference), {
 *   truePositives: 1,
 *   falsePositives: 1,
 *   falseNegatives: 1,
 *   trueNegatives: 1,
 * });
 * ```
 */
export function confusionCounts(prediction: Mask, reference: Mask): ConfusionCounts {
  assertSameShape("compare masks", prediction, reference);
  const p = prediction.data, r = reference.data;
  let predicted = 0, actual = 0, both = 0;
  for (let i = 0; i < p.length; i++) {
    if (p[i] !== 0) predicted++;
    if (r[i] !== 0) actual++;
    if (p[i] !== 0 && r[i] !== 0) both++;
  }
  return {
    truePositives: both,
    falsePositives: predicted - both,
    falseNegatives: actual - both,
    trueNegatives: p.length - predicted - actual + both,
  };
}

/**
 * The counts of two disjoint parts taken together, for instance of two slices of one volume.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const slice = { truePositives: 1, falsePositives: 2, falseNegatives: 3, trueNegatives: 4 };
 * assert.deepEqual(addCounts(slice, slice), {
 *   truePositives: 2,
 *   falsePositives: 4,
 *   falseNegatives: 6,
 *   trueNegatives: 8,
 * });
 * ```
 */
export function addCounts(a: ConfusionCounts, b: ConfusionCounts): ConfusionCounts {
  return {
    truePositives: a.truePositives + b.truePositives,
    falsePositives: a.falsePositives + b.falsePositives,
    falseNegatives: a.falseNegatives + b.falseNegatives,
    trueNegatives: a.trueNegatives + b.trueNegatives,
  };
}
