/** A step of the method's own size fits a GPU whose buffers have 128 MiB, the least that WebGPU promises. */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { concatenateChannels } from "../../../train/engine/kernels/concatenation.ts";
import type { BatchNorm, Kernels } from "../../../train/engine/kernels/kernels.ts";
import { Adam } from "../../../train/fit/adam.ts";
import { recipes } from "../../../train/fit/training_settings.ts";
import { trainingStep } from "../../../train/fit/training_step.ts";
import { WeightAverage } from "../../../train/fit/weight_average.ts";
import { initialWeights } from "../../../train/network/initialization.ts";
import { Network } from "../../../train/network/network.ts";
import {
  referenceArchitecture,
  type UNetArchitecture,
} from "../../../train/network/unet_architecture.ts";
import { testBackends } from "../support/backends.ts";

/** The least value of `maxStorageBufferBindingSize` that a WebGPU adapter may have. */
const limit = 2 ** 27;

/** What a step asks the GPU for. */
interface Asked {
  /** Bytes of the largest buffer. */
  readonly largest: number;
  /** How often the GPU is told to do something. */
  readonly dispatches: number;
  /** Bytes of all tensors that go into a dispatch or come out, summed over all dispatches. */
  readonly bytes: number;
}

/** Records what a step of the recipe `best`, but for its network, asks for, and computes nothing. */
function recordStep(architecture: UNetArchitecture, kernels: Kernels): Asked {
  const backend = tf.backend() as WebGPUBackend, run = backend.runWebGPUProgram;
  const network = new Network(architecture, kernels, initialWeights(architecture, 1));
  const { weightDecay, clipNorm, averageDecay, crossEntropyWeight } = recipes.best;
  const optimizer = new Adam(network.parameterCount, { weightDecay, clipNorm }, undefined, kernels);
  const average = new WeightAverage(averageDecay, {
    steps: 0,
    parameters: new Float32Array(network.parameters.size),
    statistics: new Float32Array(network.statistics.size),
  }, kernels);
  // As after the first step: what is small and not on the GPU is computed by the processor.
  for (const { dataId } of [network.parameters, network.statistics]) backend.uploadToGPU(dataId);
  const asked = { largest: 0, dispatches: 0, bytes: 0 };
  backend.runWebGPUProgram = (program, inputs, dtype, _numbers, given) => {
    const output = given ?? backend.makeTensorInfo(program.outputShape, dtype);
    asked.dispatches++;
    for (const { dataId, shape } of [output, ...inputs]) {
      backend.uploadToGPU(dataId);
      const bytes = 4 * tf.util.sizeFromShape(shape);
      asked.largest = Math.max(asked.largest, bytes);
      asked.bytes += bytes;
    }
    return output;
  };
  try {
    tf.tidy(() => {
      const image = tf.zeros([8, 256, 256, 3]) as tf.Tensor4D;
      const mask = tf.zeros([8, 256, 256, 1]) as tf.Tensor4D;
      trainingStep(network, optimizer, { image, mask }, 1e-4, {
        crossEntropyWeight,
        average,
      });
    });
  } finally {
    backend.runWebGPUProgram = run;
    network.dispose();
    optimizer.dispose();
    average.dispose();
  }
  return asked;
}

testBackends("trainingStep at batch 8 and 256x256 asks for no buffer over 128 MiB", (kernels) => {
  const { largest, dispatches, bytes } = recordStep(referenceArchitecture, kernels);
  // 64 channels, where the last upsampling meets its skip: just the limit.
  assert.equal(largest, 8 * 256 * 256 * 64 * 4);
  assert.ok(largest <= limit);
  const growing = { ...referenceArchitecture, features: [32, 64, 128, 256, 256], depth: 5 };
  assert.equal(recordStep(growing, kernels).largest, limit);
  assert.ok(dispatches <= 235, `${dispatches} dispatches`);
  assert.ok(bytes < 8.5e9, `${bytes} bytes`);
  const separable = recordStep({ ...referenceArchitecture, separable: true }, kernels);
  assert.equal(separable.largest, limit);
  assert.ok(separable.dispatches <= 286, `${separable.dispatches} dispatches`);
  assert.ok(separable.bytes < 9.4e9, `${separable.bytes} bytes`);
}, ["webgpu"]);

testBackends(
  "convolution of a tensor of just 128 MiB has the right gradients to its end",
  async (kernels) => {
    const weight = tf.range(1, 65).reshape([1, 1, 64, 1]) as tf.Tensor4D;
    const sides = [1, 2].map((value) => tf.fill([8, 256, 256, 32], value)) as tf.Tensor4D[];
    const bias = tf.zeros([1]) as tf.Tensor1D;
    const operation = (a: tf.Tensor, b: tf.Tensor, weight: tf.Tensor) =>
      kernels.convolution(
        concatenateChannels(a as tf.Tensor4D, b as tf.Tensor4D),
        weight as tf.Tensor4D,
        bias,
        true,
      );
    const upstream = tf.ones([8, 256, 256, 1]), gradient = tf.grads(operation);
    const [, byRight, byWeight] = gradient([...sides, weight], upstream);
    const pixels = 8 * 256 * 256;
    assert.deepEqual(
      [...await byWeight.data()],
      Array.from({ length: 64 }, (_, channel) => channel < 32 ? pixels : 2 * pixels),
    );
    const last = await tf.slice(byRight, [7, 255, 255, 0], [1, 1, 1, 32]).data();
    assert.deepEqual([...last], Array.from({ length: 32 }, (_, channel) => 33 + channel));
  },
  ["webgpu"],
);

/** Images made of the same two rows of pixels, so that one of them has the statistics and gradients of many. */
function images(count: number): tf.Tensor4D {
  const rows = tf.reshape(tf.range(0, 512), [1, 2, 256, 1]);
  return tf.tile(rows, [count, 128, 1, 32]) as tf.Tensor4D;
}

testBackends(
  "batchNormRelu and maxPool of the method's own size, more than 65535 workgroups, are right to their end",
  async (kernels) => {
    const norm = {
      scale: tf.linspace(0.5, 1, 32),
      shift: tf.linspace(-1, 1, 32),
    } as BatchNorm;
    const last = async (image: tf.Tensor4D) => {
      const operation = (image: tf.Tensor) =>
        kernels.maxPool(
          kernels.batchNormRelu(image as tf.Tensor4D, norm, (...found) => tf.dispose(found)),
        );
      const upstream = tf.ones([image.shape[0], 128, 128, 32]);
      const value = operation(image), grad = tf.grad(operation)(image, upstream);
      const end = (tensor: tf.Tensor) =>
        tf.reshape(
          tf.slice(tensor, [image.shape[0] - 1, tensor.shape[1]! - 2, 0, 0], [1, 2, -1, -1]),
          [-1],
        );
      return [await end(value).data(), await end(grad).data()];
    };
    const large = images(8);
    assert.ok(large.size / 256 > 65535);
    const [actual, expected] = [await last(large), await last(images(1))];
    for (const [index, values] of actual.entries()) {
      const apart = values.map((value, at) => Math.abs(value - expected[index][at]));
      assert.ok(
        Math.max(...apart) < 1e-5,
        `${index ? "gradient" : "value"} is off by ${Math.max(...apart)}`,
      );
      assert.ok(values.some((value) => Math.abs(value) > 1e-3));
    }
  },
  ["webgpu"],
);
