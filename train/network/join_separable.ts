/**
 * A network with separable convolutions as the plain one that it is.
 *
 * @module
 */
import type { TrainedNetwork } from "../export/build_model.ts";
import type { FloatTensor, StateDict } from "./state_dict.ts";

/**
 * The same network with plain 3x3 convolutions: nothing lies between a separable convolution's two halves, so the
 * kernel from an input to an output is the input's own 3x3 kernel times the weight of the 1x1 convolution between
 * them. Probabilities stay as they were but for rounding, of which the product makes some.
 *
 * @returns The network itself where its convolutions are plain already.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { initialWeights } from "./initialization.ts";
 * const architecture = { inputChannels: 3, outputChannels: 1, features: [4, 8], depth: 2, separable: true };
 * const plain = joinSeparable({ architecture, weights: initialWeights(architecture, 1) });
 * assert.deepEqual(plain.weights.get("layers.2.conv1.weight")!.shape, [8, 4, 3, 3]);
 * assert.equal(plain.architecture.separable, undefined);
 * ```
 */
export function joinSeparable(network: TrainedNetwork): TrainedNetwork {
  const { architecture: { separable, ...architecture }, weights } = network;
  if (!separable) return network;
  const joined: StateDict = new Map();
  for (const [name, tensor] of weights) {
    if (name.endsWith(".depthwise.weight")) continue;
    const [convolution, rest] = name.split(".pointwise.");
    if (rest === undefined) joined.set(name, tensor);
    else if (rest === "bias") joined.set(`${convolution}.bias`, tensor);
    else {
      const depthwise = weights.get(`${convolution}.depthwise.weight`)!;
      joined.set(`${convolution}.weight`, joinedKernel(depthwise, tensor));
    }
  }
  return { architecture, weights: joined };
}

/** @param depthwise [in, 1, height, width]. @param pointwise [out, in, 1, 1]. @returns [out, in, height, width]. */
function joinedKernel(depthwise: FloatTensor, pointwise: FloatTensor): FloatTensor {
  const [inputs, , height, width] = depthwise.shape, [outputs] = pointwise.shape;
  const taps = height * width, data = new Float32Array(outputs * inputs * taps);
  for (let i = 0; i < data.length; i++) {
    const pair = Math.floor(i / taps), input = pair % inputs;
    data[i] = pointwise.data[pair] * depthwise.data[input * taps + i % taps];
  }
  return { shape: [outputs, inputs, height, width], data };
}
