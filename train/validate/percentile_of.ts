/**
 * Percentiles of a few figures, infinite ones among them.
 *
 * @module
 */

/**
 * A percentile, between two values by linear interpolation, as `percentiles` of shared/ gives it, in double precision.
 *
 * @param rank From 0 to 100.
 * @returns Null of nothing.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(percentileOf([4, 1, 3, 2], 50), 2.5);
 * assert.equal(percentileOf([1, Infinity], 100), Infinity);
 * assert.equal(percentileOf([], 50), null);
 * ```
 */
export function percentileOf(values: readonly number[], rank: number): number | null {
  if (!values.length) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const place = rank / 100 * (sorted.length - 1);
  const below = sorted[Math.floor(place)], above = sorted[Math.ceil(place)];
  return below === above ? below : below + (above - below) * (place - Math.floor(place));
}
