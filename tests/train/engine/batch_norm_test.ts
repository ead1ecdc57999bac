/** Batch normalisation of a single value for each channel, of which no unbiased variance is defined, on every engine. */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import type { RunningStatistics } from "../../../train/engine/kernels/kernels.ts";
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
    const [runningMean, runningVariance] = [vector(1, 1, 1), vector(2, 2, 2)];
    let after!: RunningStatistics;
    const norm = { scale, shift, runningMean, runningVariance };
    const output = kernels.batchNormRelu(image, norm, (statistics) => after = statistics);
    const near = async (actual: tf.Tensor, expected: number[]) => {
      const found = [...await actual.data()];
      found.forEach((value, index) =>
        assert.ok(Math.abs(value - expected[index]) < 1e-4, `${found} is not ${expected}`)
      );
    };
    await near(output, [4, 0.5, 0]);
    await near(after.mean, [1.4, 0.2, 1.8]);
    await near(after.variance, [1.8, 1.8, 1.8]);
    tf.dispose([image, output, { ...norm }, { ...after }] as never);
  },
);
