/**
 * Figures on their way into a JSON file.
 *
 * @module
 */

/**
 * Null for a figure that is not defined, as JSON has no NaN; any other number as it is.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.deepEqual([0.5, NaN].map(nullForNaN), [0.5, null]);
 * ```
 */
export function nullForNaN(figure: number): number | null {
  return Number.isNaN(figure) ? null : figure;
}
