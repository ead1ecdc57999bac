/**
 * Seconds as a person says them.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.deepEqual([40, 720, 12600].map(duration), ["40 s", "12 min", "3.5 h"]);
 * ```
 */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
