/** A step on TensorFlow is made of TensorFlow's own fused ops, and Adam's part of it does not grow with the network. */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import type { Kernels } from "../../../train/engine/kernels/kernels.ts";
import { Adam } from "../../../train/fit/adam.ts";
import { lossAndGradient } from "../../../train/fit/training_step.ts";
import { initialWeights } from "../../../train/network/initialization.ts";
import { Network } from "../../../train/network/network.ts";
import { testBackends } from "../support/backends.ts";
import { opsOf } from "../support/ops_of.ts";

function makeNetwork(kernels: Kernels, depth: number): Network {
  const architecture = { inputChannels: 3, outputChannels: 1, features: 2, depth };
  return new Network(architecture, kernels, initialWeights(architecture, 1));
}

testBackends(
  "lossAndGradient runs one op for each convolution, bias, norm, ReLU and transposed convolution, and one for its gradient",
  (kernels) => {
    const network = makeNetwork(kernels, 4),
      [image, mask] = [3, 1].map((channels) => tf.ones([1, 16, 16, channels])) as tf.Tensor4D[];
    const ops = opsOf(() => {
      const { loss, gradient, statistics } = lossAndGradient(network, { image, mask });
      tf.dispose([loss, gradient, statistics]);
    });
    // Seven blocks of two convolutions with their norms, the head, three poolings, three transposed convolutions.
    const [convolutions, norms, poolings, upsamplings] = [15, 14, 3, 3];
    const expected = {
      Conv2D: convolutions + upsamplings,
      BiasAdd: convolutions,
      BiasAddGrad: convolutions,
      Conv2DBackpropInput: convolutions - 1 + upsamplings,
      Conv2DBackpropFilter: convolutions + upsamplings,
      FusedBatchNormV3: norms,
      FusedBatchNormGradV3: norms,
      Relu: norms,
      ReluGrad: norms,
      MaxPool: poolings,
      MaxPoolGrad: poolings,
    };
    const found = Object.fromEntries(Object.keys(expected).map((name) => [name, ops[name]]));
    assert.deepEqual(found, expected);
    // Those of kernels, there and back, and six for the loss.
    assert.ok(ops.Reshape <= 2 * (convolutions + upsamplings) + 6, `${ops.Reshape} new shapes`);
    tf.dispose([image, mask]);
    network.dispose();
  },
  ["tensorflow"],
);

testBackends("Adam.step runs as many ops for a deep network as for a shallow one", (kernels) => {
  const [shallow, deep] = [2, 6].map((depth) => {
    const network = makeNetwork(kernels, depth), { parameters, parameterCount } = network;
    const optimizer = new Adam(
      parameterCount,
      { weightDecay: 0.1, clipNorm: 1 },
      undefined,
      kernels,
    );
    const gradient = tf.zeros([parameterCount]) as tf.Tensor1D;
    const ops = opsOf(() => optimizer.step(parameters, gradient, 1e-3));
    gradient.dispose();
    network.dispose();
    optimizer.dispose();
    return ops;
  });
  assert.deepEqual(deep, shallow);
  const count = Object.values(deep).reduce((sum, times) => sum + times, 0);
  assert.ok(count > 0 && count < 40, `${count} ops`);
}, ["tensorflow"]);
