/**
 * What the input of a training is held to.
 *
 * @module
 */
import type { Bar } from "./bar.ts";

/**
 * The bars of a run.
 *
 * @param firstStep Seconds from the start of the process to its first step, the patients in the cache.
 * @param epoch What a step takes in an epoch, as a share of one alone.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.deepEqual(inputBars(3.6, 1.02).map(({ limit }) => limit), [5, 1.05]);
 * ```
 */
export function inputBars(firstStep: number, epoch: number): Bar[] {
  const start = { value: firstStep, limit: 5, unit: "s" };
  return [
    { what: "first step, patients in the cache, median", ...start },
    { what: "a step in an epoch / alone, median", value: epoch, limit: 1.05 },
  ];
}
