/**
 * A U-Net with its weights on an engine: loaded from and saved to a state dict, differentiated by one
 * flat vector of parameters.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { assertWeights } from "./assert_weights.ts";
import { flatVariable } from "./flat_variable.ts";
import { batchNormMomentum, type Kernels } from "../engine/kernels/kernels.ts";
import type { StateDict } from "./state_dict.ts";
import { unetLogits } from "./unet.ts";
import type { UNetArchitecture } from "./unet_architecture.ts";
import { type FlatLayout, flatLayout, flatSize, flatten, unflatten } from "./weight_layout.ts";

/** A network's weights on the engine: all parameters in one vector, all running statistics in another. */
export interface FlatWeights {
  readonly parameters: tf.Variable<tf.Rank.R1>;
  readonly statistics: tf.Variable<tf.Rank.R1>;
}

/** A flat vector cut into its weights. What is a vector stays one: to TensorFlow a new shape is an operation. */
function split(layout: FlatLayout, flat: tf.Tensor1D): [string, tf.Tensor][] {
  const parts = tf.split(flat, layout.map(({ size }) => size));
  return layout.map(({ name, engineShape }, index) => [
    name,
    engineShape.length === 1 ? parts[index] : tf.reshape(parts[index], engineShape as number[]),
  ]);
}

/**
 * A U-Net with its weights. Call {@linkcode dispose} when done: engines do not collect garbage.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import * as tf from "@tensorflow/tfjs";
 * import { openBackend } from "../engine/backend.ts";
 * import { initialWeights } from "./initialization.ts";
 *
 * const architecture = { inputChannels: 3, outputChannels: 1, features: 2, depth: 2 };
 * const { kernels } = await openBackend("cpu");
 * const network = new Network(architecture, kernels, initialWeights(architecture, 42));
 * assert.deepEqual(network.probability(tf.zeros([1, 8, 8, 3])).shape, [1, 8, 8, 1]);
 * network.dispose();
 * ```
 */
export class Network implements FlatWeights {
  /** All trainable weights. */
  readonly parameters: tf.Variable<tf.Rank.R1>;
  /** All running means and variances of the batch normalisations. */
  readonly statistics: tf.Variable<tf.Rank.R1>;
  readonly #parameterLayout: FlatLayout;
  readonly #statisticsLayout: FlatLayout;

  /**
   * @throws {TypeError} when the weights are not those of the architecture.
   */
  constructor(
    readonly architecture: UNetArchitecture,
    readonly kernels: Kernels,
    weights: StateDict,
  ) {
    assertWeights(architecture, weights);
    this.#parameterLayout = flatLayout(architecture, true);
    this.#statisticsLayout = flatLayout(architecture, false);
    this.parameters = flatVariable(flatten(this.#parameterLayout, weights));
    this.statistics = flatVariable(flatten(this.#statisticsLayout, weights));
  }

  /**
   * Logits in training mode, and the running statistics as they are after this batch (to be assigned to
   * {@linkcode statistics} once the step is taken, and disposed of).
   *
   * @param image [batch, height, width, channels].
   */
  trainingLogits(parameters: tf.Tensor1D, image: tf.Tensor4D) {
    const found = new Map<string, readonly tf.Tensor1D[]>();
    const weights = new Map(split(this.#parameterLayout, parameters));
    const logits = unetLogits(this.architecture, this.kernels, weights, image, (norm, vectors) => {
      found.set(`${norm}.running_mean`, vectors);
    });
    // Each norm's variances stand behind its means in the layout, too.
    const inOrder = this.#statisticsLayout.flatMap(({ name }) => found.get(name) ?? []);
    const statistics = tf.tidy(() => {
      const batch = tf.concat1d(inOrder);
      return tf.keep(this.kernels.blend(this.statistics, batch, 1 - batchNormMomentum));
    });
    tf.dispose(inOrder);
    return { logits, statistics };
  }

  /**
   * Tumor probabilities in prediction mode.
   *
   * @param image [batch, height, width, channels].
   * @param weights Other weights to predict with, such as an average of this network's.
   * @returns [batch, height, width, outputChannels], 0 to 1.
   */
  probability(image: tf.Tensor4D, weights: FlatWeights = this): tf.Tensor4D {
    return tf.tidy(() => {
      const named = new Map([
        ...split(this.#parameterLayout, weights.parameters),
        ...split(this.#statisticsLayout, weights.statistics),
      ]);
      return tf.sigmoid(unetLogits(this.architecture, this.kernels, named, image));
    });
  }

  /** The weights as they are now, or others of this network's, by PyTorch's names and in PyTorch's axis order. */
  async stateDict(weights: FlatWeights = this): Promise<StateDict> {
    return new Map([
      ...unflatten(this.#parameterLayout, await weights.parameters.data() as Float32Array),
      ...unflatten(this.#statisticsLayout, await weights.statistics.data() as Float32Array),
    ]);
  }

  /** How many numbers training adjusts. */
  get parameterCount(): number {
    return flatSize(this.#parameterLayout);
  }

  /** Gives the engine's memory back. */
  dispose(): void {
    tf.dispose([this.parameters, this.statistics]);
  }
}
