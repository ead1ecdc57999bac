/**
 * The numbers people read beside an outline.
 *
 * @module
 */

import { assertSameShape } from "../shape.ts";
import type { Mask, ProbabilityMap } from "../volume.ts";

/** How large the outlined tumor is, and how sure the model is of it. */
export interface TumorMeasure {
  /** Number of tumor pixels. */
  readonly areaPixels: number;
  /** Mean probability over the tumor pixels, from 0 to 1; null where there are none. */
  readonly meanProbability: number | null;
}

/**
 * Measures an outline. The mean probability is what the network says inside its own outline, so it is never
 * under the threshold; it is no measure of how often the model is right.
 *
 * @throws {TypeError} when mask and probability differ in shape.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const mask = { data: new Uint8Array([0, 1, 1]), shape: [1, 3] };
 * const probability = { data: new Float32Array([0.25, 0.5, 1]), shape: [1, 3] };
 * assert.deepEqual(measureTumor(mask, probability), { areaPixels: 2, meanProbability: 0.75 });
 * ```
 */
export function measureTumor(mask: Mask, probability: ProbabilityMap): TumorMeasure {
  assertSameShape("measure the tumor", mask, probability);
  let areaPixels = 0, sum = 0;
  for (let pixel = 0; pixel < mask.data.length; pixel++) {
    if (mask.data[pixel] === 0) continue;
    areaPixels++;
    sum += probability.data[pixel];
  }
  return { areaPixels, meanProbability: areaPixels === 0 ? null : sum / areaPixels };
}
