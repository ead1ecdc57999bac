/**
 * Adam on one flat vector of parameters: a dozen operations a step, whatever the number of layers.
 *
 * Source: Kingma, Ba, "Adam: A Method for Stochastic Optimization" (2015), https://arxiv.org/abs/1412.6980,
 * as PyTorch computes it (`torch.optim.Adam`: the epsilon is added after the bias correction).
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { flatVariable } from "./flat_variable.ts";

/** Adam's settings; the learning rate comes with each step, from the schedule. */
export interface AdamOptions {
  /** Decay of the gradient's running mean. @default {0.9} */
  readonly beta1?: number;
  /** Decay of the squared gradient's running mean. @default {0.999} */
  readonly beta2?: number;
  /** Keeps the division finite. @default {1e-8} */
  readonly epsilon?: number;
}

/** Adam's memory: what has to be saved to go on as if nothing had happened. */
export interface AdamState {
  readonly steps: number;
  readonly mean: Float32Array;
  readonly variance: Float32Array;
}

/** The optimizer of one flat parameter vector. */
export class Adam {
  readonly #beta1: number;
  readonly #beta2: number;
  readonly #epsilon: number;
  readonly #mean: tf.Variable<tf.Rank.R1>;
  readonly #variance: tf.Variable<tf.Rank.R1>;
  #steps: number;

  /** Starts anew for `size` parameters, or goes on from `state`. */
  constructor(size: number, options: AdamOptions = {}, state?: AdamState) {
    this.#beta1 = options.beta1 ?? 0.9;
    this.#beta2 = options.beta2 ?? 0.999;
    this.#epsilon = options.epsilon ?? 1e-8;
    const zeros = () => new Float32Array(size);
    this.#mean = flatVariable(state?.mean ?? zeros());
    this.#variance = flatVariable(state?.variance ?? zeros());
    this.#steps = state?.steps ?? 0;
  }

  /** Moves `parameters` against `gradient`. */
  step(parameters: tf.Variable<tf.Rank.R1>, gradient: tf.Tensor1D, learningRate: number): void {
    const beta1 = this.#beta1, beta2 = this.#beta2;
    this.#steps++;
    tf.tidy(() => {
      this.#mean.assign(tf.add(tf.mul(this.#mean, beta1), tf.mul(gradient, 1 - beta1)));
      this.#variance.assign(
        tf.add(tf.mul(this.#variance, beta2), tf.mul(tf.square(gradient), 1 - beta2)),
      );
      const meanCorrection = 1 - beta1 ** this.#steps;
      const rootCorrection = Math.sqrt(1 - beta2 ** this.#steps);
      const root = tf.add(tf.div(tf.sqrt(this.#variance), rootCorrection), this.#epsilon);
      const move = tf.mul(tf.div(this.#mean, root), learningRate / meanCorrection);
      parameters.assign(tf.sub(parameters, move));
    });
  }

  /** A copy of the optimizer's memory. */
  async state(): Promise<AdamState> {
    const [mean, variance] = await Promise.all([this.#mean.data(), this.#variance.data()]);
    return {
      steps: this.#steps,
      mean: mean.slice() as Float32Array,
      variance: variance.slice() as Float32Array,
    };
  }

  /** Gives the engine's memory back. */
  dispose(): void {
    tf.dispose([this.#mean, this.#variance]);
  }
}
