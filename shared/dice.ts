/**
 * The Dice score, 2 |P and R| / (|P| + |R|): 1 where prediction and reference are the same, 0 where they
 * share nothing.
 *
 * Source: L. R. Dice, "Measures of the Amount of Ecologic Association Between Species", Ecology 26 (1945).
 * Empty against empty is NaN, which means: skip it in a mean. nnU-Net and MONAI do the same.
 *
 * @module
 */

import { type ConfusionCounts, confusionCounts } from "./confusion.ts";
import { assertFillsShape, assertSameShape, formatShape } from "./shape.ts";
import { type Mask, type ProbabilityMap, sizeOf } from "./volume.ts";

/**
 * Dice from counts of voxels, from 0 to 1; NaN where neither the prediction nor the reference has tumor.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const counts = { truePositives: 3, falsePositives: 1, falseNegatives: 1, trueNegatives: 0 };
 * assert.equal(diceFromCounts(counts), 0.75);
 * ```
 */
export function diceFromCounts(
  { truePositives, falsePositives, falseNegatives }: ConfusionCounts,
): number {
  return 2 * truePositives / (2 * truePositives + falsePositives + falseNegatives);
}

/**
 * Dice over all voxels of a patient, from 0 to 1; NaN where both masks are empty. The shape is
 * [slices, height, width], or [height, width] for a lone slice.
 *
 * @throws {TypeError} when the shapes differ, or an array does not fill its shape.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const prediction = { data: new Uint8Array([1, 1, 1, 0]), shape: [2, 1, 2] };
 * const reference = { data: new Uint8Array([1, 1, 0, 0]), shape: [2, 1, 2] };
 * assert.equal(volumeDice(prediction, reference), 0.8);
 * ```
 */
export function volumeDice(prediction: Mask, reference: Mask): number {
  return diceFromCounts(confusionCounts(prediction, reference));
}

/**
 * Dice of every slice of a volume [slices, height, width], each from 0 to 1; NaN for a slice without
 * tumor in either mask. The mean over slices is not the volume's Dice.
 *
 * @throws {TypeError} when the masks are not volumes of the same shape.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const prediction = { data: new Uint8Array([1, 1, 1, 0, 0, 0]), shape: [3, 1, 2] };
 * const reference = { data: new Uint8Array([1, 1, 0, 1, 0, 0]), shape: [3, 1, 2] };
 * assert.deepEqual(sliceDice(prediction, reference), [1, 0, NaN]);
 * ```
 */
export function sliceDice(prediction: Mask, reference: Mask): number[] {
  assertFillsShape("measure Dice by slice", "prediction", prediction);
  if (prediction.shape.length !== 3) {
    throw new TypeError(
      "Cannot measure Dice by slice as the shape must be [slices, height, width]: " +
        `current value is ${formatShape(prediction.shape)}`,
    );
  }
  assertSameShape("measure Dice by slice", prediction, reference);
  const [slices, ...shape] = prediction.shape;
  const size = sizeOf(shape);
  const part = (mask: Mask, slice: number) => ({
    data: mask.data.subarray(slice * size, (slice + 1) * size),
    shape,
  });
  return Array.from(
    { length: slices },
    (_, slice) => volumeDice(part(prediction, slice), part(reference, slice)),
  );
}

/**
 * Dice of probabilities against a mask, over everything given:
 * (2 sum(p r) + smooth) / (sum p + sum r + smooth). This is what the Dice loss is one minus of.
 * Empty against empty is 1 with the default smoothing, and NaN without any.
 *
 * @throws {TypeError} when the shapes differ, or an array does not fill its shape.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const probability = { data: new Float32Array([0.5, 0.5]), shape: [1, 2] };
 * const reference = { data: new Uint8Array([1, 0]), shape: [1, 2] };
 * assert.equal(softDice(probability, reference), (2 * 0.5 + 1) / (1 + 1 + 1));
 * ```
 */
export function softDice(probability: ProbabilityMap, reference: Mask, smooth = 1): number {
  assertSameShape("measure soft Dice", probability, reference);
  let predicted = 0, actual = 0, both = 0;
  for (let i = 0; i < probability.data.length; i++) {
    const p = probability.data[i], r = reference.data[i] !== 0 ? 1 : 0;
    predicted += p;
    actual += r;
    both += p * r;
  }
  return (2 * both + smooth) / (predicted + actual + smooth);
}
