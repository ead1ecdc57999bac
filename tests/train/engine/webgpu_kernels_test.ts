/** The WebGPU backend's own shaders do what the operations made of tfjs's do, for any number of channels and pixels. */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import type { Kernels } from "../../../train/engine/kernels/kernels.ts";
import { portableKernels } from "../../../train/engine/kernels/portable.ts";
import { vectorKernels } from "../../../train/engine/kernels/vectors.ts";
import { testBackends } from "../support/backends.ts";
import { difference } from "../support/difference.ts";

type Shape = [number, number, number, number];

/** Numbers whose mean is far from zero, as a careless variance would not survive. */
function random(shape: number[], seed: number, mean = 0): tf.Tensor {
  return tf.randomNormal(shape, mean, 1, "float32", seed);
}

async function assertSame(
  what: string,
  kernels: Kernels,
  inputs: tf.Tensor[],
  operation: (kernels: Kernels, inputs: tf.Tensor[]) => tf.Tensor,
) {
  const run = (chosen: Kernels) => {
    const value = operation(chosen, inputs), upstream = random(value.shape, 99);
    const gradients = tf.grads((...inputs) => operation(chosen, inputs))(inputs, upstream);
    return [value, ...gradients];
  };
  const actual = run(kernels), expected = run(portableKernels);
  for (const [index, tensor] of actual.entries()) {
    const found = await difference(tensor, expected[index]);
    const name = index ? `gradient ${index} of ${what}` : what;
    assert.ok(found < 2e-5, `${name} is off by ${found}`);
  }
  tf.dispose([...inputs, ...actual, ...expected]);
}

testBackends("webgpuKernels.convolution equals the portable one", async (kernels) => {
  const cases: [Shape, size: number, outputs: number][] = [
    [[2, 16, 16, 3], 3, 8],
    [[1, 8, 24, 40], 3, 24],
    [[3, 5, 7, 33], 3, 65],
    [[2, 12, 40, 64], 3, 32],
    [[1, 33, 35, 36], 3, 68],
    [[2, 9, 18, 2], 3, 5],
    [[2, 16, 16, 9], 1, 1],
    [[1, 6, 10, 12], 1, 3],
    [[1, 1, 1, 4], 1, 4],
    [[2, 7, 9, 20], 1, 36],
    [[2, 31, 33, 16], 1, 16],
    [[1, 5, 11, 68], 1, 132],
    [[1, 6, 10, 12], 1, 6],
  ];
  for (const [shape, size, outputs] of cases) {
    const weight = random([size, size, shape[3], outputs], 2), bias = random([outputs], 3);
    await assertSame(
      `a convolution of ${shape} to ${outputs}`,
      kernels,
      [random(shape, 1), weight, bias],
      (chosen, [image, weight, bias]) =>
        chosen.convolution(
          image as tf.Tensor4D,
          weight as tf.Tensor4D,
          bias as tf.Tensor1D,
          true,
        ),
    );
  }
}, ["webgpu"]);

testBackends(
  "webgpuKernels.convolution of more than 65535 images is right to its end",
  async (kernels) => {
    const convolve = (image: tf.Tensor) =>
      kernels.convolution(
        image as tf.Tensor4D,
        random([3, 3, 4, 4], 2) as tf.Tensor4D,
        random([4], 3) as tf.Tensor1D,
        true,
      );
    const one = random([1, 1, 2, 4], 1), count = 65537;
    const many = convolve(tf.tile(one, [count, 1, 1, 1]));
    assert.equal(
      await difference(tf.slice(many, [count - 1, 0, 0, 0], [1, 1, 2, 4]), convolve(one)),
      0,
    );
  },
  ["webgpu"],
);

const depthwise = (chosen: Kernels, [image, weight]: tf.Tensor[]) =>
  chosen.depthwiseConvolution(image as tf.Tensor4D, weight as tf.Tensor4D);

testBackends("webgpuKernels.depthwiseConvolution equals the portable one", async (kernels) => {
  const cases: [Shape, size: number][] = [
    [[2, 16, 16, 8], 3],
    [[1, 1, 1, 4], 3],
    [[1, 1, 1, 1], 3],
    [[3, 5, 7, 33], 3],
    [[2, 9, 13, 12], 3],
    [[1, 17, 3, 132], 3],
    [[1, 3, 18, 70], 3],
    [[8, 64, 130, 4], 3],
    [[2, 33, 35, 3], 3],
    [[2, 6, 5, 4], 5],
    [[2, 6, 5, 3], 1],
  ];
  for (const [shape, size] of cases) {
    const inputs = [random(shape, 1), random([size, size, 1, shape[3]], 2)];
    await assertSame(`a depthwise convolution ${size} of ${shape}`, kernels, inputs, depthwise);
  }
}, ["webgpu"]);

testBackends(
  "webgpuKernels.depthwiseConvolution of more than 65535 images, and workgroups, is right to its end",
  async (kernels) => {
    const weight = random([3, 3, 1, 128], 2), one = random([1, 1, 2, 128], 1), count = 65537;
    const both = (image: tf.Tensor) => {
      const upstream = tf.mul(image, 2), value = depthwise(kernels, [image, weight]);
      const gradients = tf.grads((...inputs) => depthwise(kernels, inputs));
      return [value, ...gradients([image, weight], upstream)];
    };
    const [value, byImage, byWeight] = both(tf.tile(one, [count, 1, 1, 1]));
    const [oneValue, oneByImage, oneByWeight] = both(one);
    for (const [many, single] of [[value, oneValue], [byImage, oneByImage]]) {
      const last = tf.slice(many, [count - 1, 0, 0, 0], [1, 1, 2, 128]);
      assert.equal(await difference(last, single), 0);
    }
    assert.ok(await difference(tf.div(byWeight, count), oneByWeight) < 2e-5);
    tf.dispose([value, byImage, byWeight, oneValue, oneByImage, oneByWeight, weight, one]);
  },
  ["webgpu"],
);

testBackends("webgpuKernels.batchNormRelu equals the portable one", async (kernels) => {
  const shapes: Shape[] = [[2, 8, 8, 8], [1, 2, 4, 1], [1, 5, 7, 40], [2, 33, 9, 100], [
    4,
    64,
    64,
    3,
  ]];
  for (const shape of shapes) {
    const channels = shape[3], collected: tf.Tensor1D[][] = [];
    await assertSame(
      `a batch norm of ${shape}`,
      kernels,
      [random(shape, 1, 30), random([channels], 2), tf.abs(random([channels], 3))],
      (chosen, [image, scale, shift]) =>
        chosen.batchNormRelu(
          image as tf.Tensor4D,
          { scale: scale as tf.Tensor1D, shift: shift as tf.Tensor1D },
          (...vectors) => collected.push(vectors),
        ),
    );
    const [actual, , expected] = collected.map((vectors) => tf.split(tf.concat1d(vectors), 2));
    for (const [index, statistics] of actual.entries()) {
      assert.ok(await difference(statistics, expected[index]) < 1e-5);
    }
    tf.dispose([...actual, ...expected, ...collected.flat()]);
  }
}, ["webgpu"]);

testBackends("webgpuKernels.frozenBatchNormRelu equals the portable one", async (kernels) => {
  const [image, scale, shift, runningMean] = [[2, 5, 7, 24], [24], [24], [24]]
    .map((shape, index) => random(shape, index));
  const norm = { scale, shift, runningMean, runningVariance: tf.square(shift) } as never;
  const [actual, expected] = [kernels, portableKernels].map((chosen) =>
    chosen.frozenBatchNormRelu(image as tf.Tensor4D, norm)
  );
  assert.ok(await difference(actual, expected) < 1e-5);
}, ["webgpu"]);

testBackends(
  "webgpuKernels.maxPool equals the portable one where no two pixels are equal",
  async (kernels) => {
    for (const shape of [[2, 8, 8, 8], [1, 6, 10, 3], [1, 2, 2, 65]] as Shape[]) {
      await assertSame(
        `a maximum of ${shape}`,
        kernels,
        [random(shape, 1)],
        (chosen, [image]) => chosen.maxPool(image as tf.Tensor4D),
      );
    }
  },
  ["webgpu"],
);

testBackends(
  "webgpuKernels.maxPool gives the gradient to the first of equal pixels",
  async (kernels) => {
    const image = tf.tensor4d([1, 2, 2, 2], [1, 2, 2, 1]);
    const gradient = tf.grad((x) => kernels.maxPool(x as tf.Tensor4D))(
      image,
      tf.ones([1, 1, 1, 1]),
    );
    assert.deepEqual([...await gradient.data()], [0, 1, 0, 0]);
  },
  ["webgpu"],
);

testBackends("webgpuKernels.upsample equals the portable one", async (kernels) => {
  const cases: [Shape, outputs: number][] = [
    [[2, 4, 6, 8], 8],
    [[1, 5, 7, 33], 3],
    [[3, 2, 17, 64], 40],
    [[1, 1, 1, 1], 1],
  ];
  for (const [shape, outputs] of cases) {
    await assertSame(
      `an upsampling of ${shape} to ${outputs}`,
      kernels,
      [random(shape, 1), random([2, 2, outputs, shape[3]], 2)],
      (chosen, [image, weight]) => chosen.upsample(image as tf.Tensor4D, weight as tf.Tensor4D),
    );
  }
}, ["webgpu"]);

testBackends(
  "webgpuKernels.adam and blend equal the portable ones, and leave what they are told to",
  async (kernels) => {
    for (const size of [1, 300, 70001]) {
      const vector = (seed: number) => random([size], seed) as tf.Tensor1D;
      const [parameters, mean, gradient] = [1, 2, 3].map(vector);
      const before = { parameters, mean, variance: tf.square(vector(4)) };
      for (const clipNorm of [0, 0.5, 1e6]) {
        const rates = { beta1: 0.9, beta2: 0.99, epsilon: 1e-3, clipNorm, kept: 0.9, rate: 0.1 };
        for (const condition of [undefined, true, false]) {
          const flag = condition === undefined ? undefined : tf.scalar(condition, "bool");
          const [actual, expected] = [kernels, vectorKernels].map((chosen) => ({
            ...chosen.adam(before, gradient, { ...rates, rootCorrection: 0.5 }, flag),
            blend: chosen.blend(mean, gradient, 0.75, flag),
          }));
          for (const name of ["parameters", "mean", "variance", "blend"] as const) {
            const found = await difference(actual[name], expected[name]);
            const bound = condition === false ? 0 : 1e-5;
            assert.ok(
              found <= bound,
              `${name} of ${size}, clipped to ${clipNorm}: off by ${found}`,
            );
          }
          tf.dispose([{ ...actual }, { ...expected }] as never);
        }
      }
      tf.dispose([{ ...before }, gradient] as never);
    }
  },
  ["webgpu"],
);
