/**
 * Adam on one flat vector of parameters: as many operations a step whatever the number of layers.
 *
 * Source: Kingma, Ba, "Adam: A Method for Stochastic Optimization" (2015), https://arxiv.org/abs/1412.6980,
 * and Loshchilov, Hutter, "Decoupled Weight Decay Regularization" (2019), https://arxiv.org/abs/1711.05101,
 * as PyTorch computes them (`torch.optim.Adam`, `torch.optim.AdamW`: the epsilon is added after the bias
 * correction).
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { AdamStepRates, Changing, Kernels } from "../engine/kernels/kernels.ts";
import { vectorKernels } from "../engine/kernels/vectors.ts";
import { flatVariable } from "../network/flat_variable.ts";

/** Adam's settings; the learning rate and the momentum come with each step, from the schedule. */
export interface AdamOptions {
  /** Decay of the squared gradient's running mean. @default {0.999} */
  readonly beta2?: number;
  /** Keeps the division finite. @default {1e-8} */
  readonly epsilon?: number;
  /** Share of every parameter (times the learning rate) that is taken away at a step: AdamW. @default {0} */
  readonly weightDecay?: number;
  /** Longest gradient, in the Euclidean norm over all parameters, that is used as it is; 0: any. @default {0} */
  readonly clipNorm?: number;
}

/** What a step may be told besides. */
export interface AdamStepOptions {
  readonly momentum?: number;
  readonly condition?: tf.Scalar;
}

/** Adam's memory: what has to be saved to go on as if nothing had happened. */
export interface AdamState {
  readonly steps: number;
  readonly mean: Float32Array;
  readonly variance: Float32Array;
}

/** The optimizer of one flat parameter vector. */
export class Adam {
  readonly #options: Required<AdamOptions>;
  readonly #kernels: Pick<Kernels, "adam">;
  readonly #mean: tf.Variable<tf.Rank.R1>;
  readonly #variance: tf.Variable<tf.Rank.R1>;
  #steps: number;

  /**
   * Starts anew for `size` parameters, or goes on from `state`.
   *
   * @param kernels The engine's. @default tensor operations that every engine has
   */
  constructor(
    size: number,
    options: AdamOptions = {},
    state?: AdamState,
    kernels: Pick<Kernels, "adam"> = vectorKernels,
  ) {
    this.#kernels = kernels;
    const { beta2 = 0.999, epsilon = 1e-8, weightDecay = 0, clipNorm = 0 } = options;
    this.#options = { beta2, epsilon, weightDecay, clipNorm };
    const zeros = () => new Float32Array(size);
    this.#mean = flatVariable(state?.mean ?? zeros());
    this.#variance = flatVariable(state?.variance ?? zeros());
    this.#steps = state?.steps ?? 0;
  }

  /** Steps taken so far. */
  get steps(): number {
    return this.#steps;
  }

  /** What it remembers: the running mean of the gradient, then that of its square. */
  get variables(): tf.Variable<tf.Rank.R1>[] {
    return [this.#mean, this.#variance];
  }

  /**
   * Moves `parameters` against `gradient`. Where the momentum changes from step to step, the mean's bias is corrected by
   * the newest, as in PyTorch.
   *
   * @param momentum Decay of the gradient's running mean, `beta1`. @default {0.9}
   * @param condition A scalar of type bool, on the engine: where it does not hold, parameters and memory stay as they
   * are, and {@linkcode takeBack} has to be called once that is known here. Absent: it holds.
   */
  step(
    parameters: tf.Variable<tf.Rank.R1>,
    gradient: tf.Tensor1D,
    learningRate: number,
    { momentum, condition }: AdamStepOptions = {},
  ): void {
    this.move(parameters, gradient, this.count(learningRate, momentum), condition);
  }

  /** Counts one more step, to be taken by {@linkcode move}. */
  count(learningRate: number, beta1 = 0.9): AdamStepRates {
    const { beta2, weightDecay } = this.#options;
    this.#steps++;
    return {
      beta1,
      kept: 1 - learningRate * weightDecay,
      rate: learningRate / (1 - beta1 ** this.#steps),
      rootCorrection: Math.sqrt(1 - beta2 ** this.#steps),
    };
  }

  /** Takes a step that was counted. */
  move(
    parameters: tf.Variable<tf.Rank.R1>,
    gradient: tf.Tensor1D,
    stepRates: AdamStepRates<Changing>,
    condition?: tf.Scalar,
  ): void {
    const { beta2, epsilon, clipNorm } = this.#options;
    const [mean, variance] = this.variables;
    tf.tidy(() => {
      const rates = { ...stepRates, beta2, epsilon, clipNorm };
      const before = { parameters, mean, variance };
      const after = this.#kernels.adam(before, gradient, rates, condition);
      parameters.assign(after.parameters);
      mean.assign(after.mean);
      variance.assign(after.variance);
    });
  }

  /** Counts the last step as not taken, as its condition did not hold. */
  takeBack(): void {
    this.#steps--;
  }

  /** Forgets everything, as if no step had been taken. */
  restart(): void {
    tf.tidy(() => {
      for (const vector of this.variables) vector.assign(tf.zerosLike(vector));
    });
    this.#steps = 0;
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
