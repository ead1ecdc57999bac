/**
 * From probabilities to an outline.
 *
 * @module
 */

import type { Mask, ProbabilityMap } from "./volume.ts";

/**
 * Probabilities over this are tumor where nothing else is said, as in the reference method. Training measures its
 * validation patients with it, and writes it into the card of what it trained, so that a model outlines as it was
 * measured.
 */
export const usualThreshold = 0.5;

/**
 * The pixels whose probability is over `at`; a probability of exactly `at` is not tumor, as in the reference
 * method. NaN is not tumor. The shape stays.
 *
 * @param at From 0 to 1.
 * @throws {RangeError} when `at` is not from 0 to 1.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const probability = { data: new Float32Array([0.2, 0.5, 0.7]), shape: [1, 3] };
 * assert.deepEqual(threshold(probability), { data: new Uint8Array([0, 0, 1]), shape: [1, 3] });
 * ```
 */
export function threshold(probability: ProbabilityMap, at = usualThreshold): Mask {
  if (!(at >= 0 && at <= 1)) {
    throw new RangeError(
      `Cannot threshold a probability map as the threshold must be from 0 to 1: current value is ${at}`,
    );
  }
  const data = new Uint8Array(probability.data.length);
  for (let i = 0; i < data.length; i++) data[i] = probability.data[i] > at ? 1 : 0;
  return { data, shape: probability.shape };
}
