/** The losses that engines compute in a pass of their own, with the gradient by hand, are those of fit/loss.ts. */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { lossOfLogits } from "../../../train/fit/loss.ts";
import { testBackends } from "../support/backends.ts";
import { difference } from "../support/difference.ts";

type Shape = [number, number, number, number];

testBackends(
  "kernels.loss equals that of tensor operations, for extreme logits and a reference of bytes too",
  async (kernels) => {
    for (const weight of [0, 0.5, 1]) {
      for (const shape of [[1, 2, 2, 1], [3, 50, 70, 1], [2, 257, 255, 1]] as Shape[]) {
        const size = tf.util.sizeFromShape(shape);
        const logits = tf.tidy(() => {
          const usual = tf.mul(tf.randomNormal([size - 2], 0, 1, "float32", 1), 5);
          return tf.reshape(tf.concat([usual, tf.tensor1d([120, -120])]), shape) as tf.Tensor4D;
        });
        const bytes = tf.tidy(() =>
          tf.greater(tf.randomNormal(shape, 0, 1, "float32", 2), 0.5) as tf.Tensor4D
        );
        const reference = tf.cast(bytes, "float32");
        const differentiate = (loss: (logits: tf.Tensor4D) => tf.Scalar) =>
          tf.valueAndGrad((x) => loss(x as tf.Tensor4D))(logits, tf.scalar(3));
        const actual = differentiate((x) => kernels.loss!(x, reference, weight));
        const ofBytes = differentiate((x) => kernels.loss!(x, bytes, weight));
        const expected = differentiate((x) => lossOfLogits(weight, x, reference));
        for (const part of ["value", "grad"] as const) {
          const found = await difference(actual[part], expected[part]);
          assert.ok(
            found < 2e-5,
            `${part} with cross-entropy times ${weight} of ${shape} is off by ${found}`,
          );
          assert.deepEqual(await ofBytes[part].data(), await actual[part].data());
        }
        const results = [actual, ofBytes, expected].map((result) => ({ ...result }));
        tf.dispose([logits, bytes, reference, results] as never);
      }
    }
  },
  ["tensorflow", "webgpu"],
);
