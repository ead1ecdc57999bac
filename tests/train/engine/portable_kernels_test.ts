/** The gradients that are made of other operations, held against those that tfjs's cpu backend brings. */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { portableKernels } from "../../../train/engine/kernels/portable.ts";
import { testBackends } from "../support/backends.ts";

type Operation = (...inputs: tf.Tensor[]) => tf.Tensor;

function random(shape: number[], seed: number): tf.Tensor {
  return tf.randomNormal(shape, 0, 1, "float32", seed);
}

async function gradientsOf(operation: Operation, shapes: number[][]): Promise<Float32Array[]> {
  const inputs = shapes.map((shape, index) => random(shape, index + 1));
  const upstream = random(operation(...inputs).shape, 99);
  const gradients = tf.grads(operation)(inputs, upstream);
  return await Promise.all(gradients.map((gradient) => gradient.data() as Promise<Float32Array>));
}

/** Holds gradients on the backend under test against those of plain tfjs on the cpu backend. */
async function assertGradients(portable: Operation, plain: Operation, ...shapes: number[][]) {
  const actual = await gradientsOf(portable, shapes), name = tf.getBackend();
  await tf.setBackend("cpu");
  const expected = await gradientsOf(plain, shapes);
  await tf.setBackend(name);
  for (const [input, gradient] of expected.entries()) {
    const scale = gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    assert.equal(actual[input].length, gradient.length);
    gradient.forEach((value, index) =>
      assert.ok(
        Math.abs(actual[input][index] - value) < 1e-5 * scale,
        `gradient ${input} at ${index}`,
      )
    );
  }
}

const engines = ["wasm", "cpu"] as const;

testBackends(
  "portableKernels.convolution has tfjs's gradients, of slices that are not square too",
  async () => {
    for (const [height, width] of [[8, 8], [6, 10], [10, 6]]) {
      for (const size of [1, 3]) {
        await assertGradients(
          (image, weight, bias) =>
            portableKernels.convolution(image as never, weight as never, bias as never, true),
          (image, weight, bias) =>
            tf.add(tf.conv2d(image as tf.Tensor4D, weight as tf.Tensor4D, 1, "same"), bias),
          ...[[3, height, width, 5], [size, size, 5, 4], [4]],
        );
      }
    }
  },
  engines,
);

testBackends(
  "portableKernels.depthwiseConvolution has tfjs's gradients, of slices that are not square too",
  async () => {
    for (const [height, width] of [[8, 8], [6, 10], [10, 6], [1, 3]]) {
      await assertGradients(
        (image, weight) => portableKernels.depthwiseConvolution(image as never, weight as never),
        (image, weight) => {
          const kernels = tf.reshape(weight, [3, 3, 5, 1]) as tf.Tensor4D;
          return tf.depthwiseConv2d(image as tf.Tensor4D, kernels, 1, "same");
        },
        ...[[3, height, width, 5], [3, 3, 1, 5]],
      );
    }
  },
  engines,
);

testBackends(
  "portableKernels.upsample has tfjs's gradients, of slices that are not square too",
  async () => {
    for (const [height, width] of [[4, 4], [3, 5]]) {
      await assertGradients(
        (image, weight) => portableKernels.upsample(image as never, weight as never),
        (image, weight) =>
          tf.conv2dTranspose(
            image as tf.Tensor4D,
            weight as tf.Tensor4D,
            [2, 2 * height, 2 * width, 3],
            2,
            "valid",
          ),
        ...[[2, height, width, 5], [2, 2, 3, 5]],
      );
    }
  },
  engines,
);

testBackends(
  "portableKernels.maxPool has tfjs's gradient, of slices that are not square too",
  async () => {
    await assertGradients(
      (image) => portableKernels.maxPool(image as never),
      (image) => tf.maxPool(image as tf.Tensor4D, 2, 2, "valid"),
      [2, 6, 10, 3],
    );
  },
  engines,
);
