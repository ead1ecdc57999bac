/**
 * Mean and median of figures, of which there may be none.
 *
 * @module
 */

/**
 * The arithmetic mean; null of nothing.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(mean([1, 2, 6]), 3);
 * assert.equal(mean([]), null);
 * ```
 */
export function mean(values: readonly number[]): number | null {
  return values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : null;
}

/**
 * The middle value, or the mean of the two in the middle; null of nothing.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(median([5, 1, 2]), 2);
 * assert.equal(median([5, 1, 2, 4]), 3);
 * ```
 */
export function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b), middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : mean(sorted.slice(middle - 1, middle + 1));
}
