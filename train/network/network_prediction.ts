/**
 * A network's own probabilities in ONNX's axis order, to hold an export against.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Kernels } from "../engine/kernels/kernels.ts";
import { Network } from "./network.ts";
import type { Predict } from "../export/self_check.ts";
import type { StateDict } from "./state_dict.ts";
import type { UNetArchitecture } from "./unet_architecture.ts";

/** Predicts with the given weights on the engine in use; images and probabilities are channels-first. */
export function networkPrediction(
  architecture: UNetArchitecture,
  weights: StateDict,
  kernels: Kernels,
): Predict {
  return async (image, [batch, channels, height, width]) => {
    const network = new Network(architecture, kernels, weights);
    const probability = tf.tidy(() => {
      const planar = tf.tensor4d(image, [batch, channels, height, width]);
      const channelsLast = tf.transpose(planar, [0, 2, 3, 1]);
      return tf.transpose(network.probability(channelsLast), [0, 3, 1, 2]);
    });
    try {
      return await probability.data() as Float32Array;
    } finally {
      probability.dispose();
      network.dispose();
    }
  };
}
