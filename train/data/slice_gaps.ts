/**
 * Slices that a patient's numbering leaves out.
 *
 * @module
 */

/** Numbers that are left out, first and last. */
export type SliceGap = readonly [first: number, last: number];

/**
 * The gaps between the numbers of a patient's slices. They may start anywhere, and may all be equally far apart: the
 * nearest two say how far.
 *
 * @param numbers Ascending.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.deepEqual(sliceGaps([7, 8, 10, 11, 15]), [[9, 9], [12, 14]]);
 * assert.deepEqual(sliceGaps([2, 4, 6]), []);
 * assert.deepEqual(sliceGaps([2, 4, 8]), [[6, 6]]);
 * ```
 */
export function sliceGaps(numbers: readonly number[]): SliceGap[] {
  const pairs = numbers.slice(1).map((next, index) => [numbers[index], next]);
  const step = pairs.reduce((least, [before, next]) => Math.min(least, next - before), Infinity);
  return pairs.filter(([before, next]) => next - before > step)
    .map(([before, next]) => [before + step, Math.max(before + step, next - step)]);
}
