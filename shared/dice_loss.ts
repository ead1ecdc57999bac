/**
 * The loss that the network is trained on, as a number; training has the same formula on tensors.
 *
 * Source: F. Milletari et al., "V-Net" (2016), with the smoothing of giacomodeodato/Brain-MRI-segmentation.
 *
 * @module
 */

import { softDice } from "./dice.ts";
import type { Mask, ProbabilityMap } from "./volume.ts";

/**
 * 1 - (2 sum(p r) + 1) / (sum p + sum r + 1), over everything given as if it were one batch. From 0
 * (right and sure) towards 1. No tumor predicted and none in the reference gives 0.
 *
 * @throws {TypeError} when the shapes differ, or an array does not fill its shape.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const probability = { data: new Float32Array([1, 0]), shape: [1, 2] };
 * assert.equal(diceLoss(probability, { data: new Uint8Array([1, 0]), shape: [1, 2] }), 0);
 * assert.equal(diceLoss(probability, { data: new Uint8Array([0, 1]), shape: [1, 2] }), 1 - 1 / 3);
 * ```
 */
export function diceLoss(probability: ProbabilityMap, reference: Mask): number {
  return 1 - softDice(probability, reference);
}
