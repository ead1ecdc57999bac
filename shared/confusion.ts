/**
 * The one count behind every overlap metric: how prediction and reference agree, voxel by voxel.
 *
 * @module
 */

import { backgroundSign, type MaskWords, sumOfBytes, tumorBytes, wordsOf } from "./mask_words.ts";
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
  const p = prediction.data, r = reference.data, whole = p.length - p.length % 16;
  let { predicted, actual, both } = countWords(wordsOf(p), wordsOf(r), whole / 4);
  for (let i = whole; i < p.length; i++) {
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

/** How many words of ones a byte can count, in steps of four words. */
const wordsAByteCounts = 252;

/** Counts the tumor voxels of the first `length` words of four voxels, a multiple of four words. */
function countWords(prediction: MaskWords, reference: MaskWords, length: number) {
  const p = prediction.fours, r = reference.fours;
  let predicted = 0, actual = 0, both = 0;
  let i = skipBackground(prediction, reference, 0);
  while (i < length) {
    const end = Math.min(i + wordsAByteCounts, length);
    let predictedBytes = 0, actualBytes = 0, bothBytes = 0;
    while (i < end) {
      const p0 = p[i], p1 = p[i + 1], p2 = p[i + 2], p3 = p[i + 3];
      const r0 = r[i], r1 = r[i + 1], r2 = r[i + 2], r3 = r[i + 3];
      const any = p0 | p1 | p2 | p3 | r0 | r1 | r2 | r3;
      i += 4;
      if (any === 0) break;
      if ((any & ~0x01010101) === 0) { // Tumor is 1, as in most masks.
        predictedBytes = (predictedBytes + p0 + p1 + p2 + p3) | 0;
        actualBytes = (actualBytes + r0 + r1 + r2 + r3) | 0;
        bothBytes = (bothBytes + (p0 & r0) + (p1 & r1) + (p2 & r2) + (p3 & r3)) | 0;
      } else {
        const a = tumorBytes(p0), b = tumorBytes(p1), c = tumorBytes(p2), d = tumorBytes(p3);
        const e = tumorBytes(r0), f = tumorBytes(r1), g = tumorBytes(r2), h = tumorBytes(r3);
        predictedBytes = (predictedBytes + a + b + c + d) | 0;
        actualBytes = (actualBytes + e + f + g + h) | 0;
        bothBytes = (bothBytes + (a & e) + (b & f) + (c & g) + (d & h)) | 0;
      }
    }
    predicted += sumOfBytes(predictedBytes);
    actual += sumOfBytes(actualBytes);
    both += sumOfBytes(bothBytes);
    i = skipBackground(prediction, reference, i);
  }
  return { predicted, actual, both };
}

/**
 * The first word from `i` on, a multiple of four, from which there may be tumor in one of the masks. A loop of its own
 * that does nothing else runs as fast as memory is read.
 */
function skipBackground({ eights: p }: MaskWords, { eights: r }: MaskWords, i: number): number {
  let eight = i / 2;
  while (
    eight + 4 <= p.length && Object.is(backgroundSign(p, eight) + backgroundSign(r, eight), -0)
  ) eight += 4;
  return 2 * eight;
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
