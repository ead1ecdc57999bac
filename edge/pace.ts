/**
 * How slowly bytes may come and go.
 *
 * @module
 */

/** Whoever keeps this pace is never too slow. */
const bytesPerSecond = 64 * 1024;

/** The rule, as it is told. */
export function paceRule(seconds: number): string {
  return `within ${seconds} s and one more for each ${bytesPerSecond} bytes, and without a pause of ${seconds} s`;
}

/**
 * Milliseconds that the next bytes may take.
 *
 * @param seconds What all bytes may take and each {@linkcode bytesPerSecond} may take one more of, and what none may
 * take at once.
 * @param bytes Those that were on their way so far.
 * @param taken Milliseconds that they took.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(patience(5, 0, 1000), 4000);
 * assert.equal(patience(5, 64 * 1024, 5500), 500);
 * assert.equal(patience(5, 2 ** 30, 1000), 5000);
 * ```
 */
export function patience(seconds: number, bytes: number, taken: number): number {
  return 1000 * Math.min(seconds + bytes / bytesPerSecond - taken / 1000, seconds);
}
