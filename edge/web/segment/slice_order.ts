/** Which slice comes next. */

/**
 * Of the slices that wait, the one nearest to the one that a person looks at; of two, the later one.
 *
 * @throws {RangeError} when none waits.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(nearestSlice(new Set([0, 3, 7]), 5), 7);
 * ```
 */
export function nearestSlice(waiting: ReadonlySet<number>, shown: number): number {
  let nearest = -1;
  for (const index of waiting) {
    const [distance, best] = [index, nearest].map((slice) => Math.abs(slice - shown));
    if (nearest < 0 || distance < best || (distance === best && index > nearest)) nearest = index;
  }
  if (nearest < 0) {
    throw new RangeError("Cannot take a slice as one must wait: current value is none");
  }
  return nearest;
}
