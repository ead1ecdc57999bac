/** Batch normalisation of a single value for each channel, of which no unbiased variance is defined, on every engine. */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { testBackends } from "../support/backends.ts";

testBackends(
  "batchNormRelu of one pixel gives the shift, and a variance of nothing",
  async (kernels) => {
    const vector = (...values: number[]) => tf.tensor1d(values);
    const [image, scale, shift] = [
      tf.tensor4d([5, -7, 9], [1, 1, 1, 3]),
      vector(1, 2, 3),
      vector(4, 0.5, -1),
    ];
    let collected: tf.Tensor1D[] = [];
    const output = kernels.batchNormRelu(image, { scale, shift }, (...found) => collected = found);
    const near = async (actual: tf.Tensor, expected: number[]) => {
      const found = [...await actual.data()];
      found.forEach((value, index) =>
        assert.ok(Math.abs(value - expected[index]) < 1e-4, `${found} is not ${expected}`)
      );
    };
    await near(output, [4, 0.5, 0]);
    await near(tf.concat1d(collected), [5, -7, 9, 0, 0, 0]);
    tf.dispose([image, output, scale, shift, ...collected]);
  },
);
