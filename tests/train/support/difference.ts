/** How far two tensors are from each other. */
import assert from "node:assert/strict";
import type * as tf from "@tensorflow/tfjs";

/** Largest difference, relative to the largest number of the second. */
export async function difference(actual: tf.Tensor, expected: tf.Tensor): Promise<number> {
  assert.deepEqual(actual.shape, expected.shape);
  const [a, b] = [await actual.data(), await expected.data()];
  let largest = 0, scale = 0;
  for (let index = 0; index < b.length; index++) {
    largest = Math.max(largest, Math.abs(a[index] - b[index]));
    scale = Math.max(scale, Math.abs(b[index]));
  }
  assert.ok(scale > 0, "there is nothing to compare");
  return largest / scale;
}
