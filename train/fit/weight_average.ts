/**
 * A running average of the weights, which does better on patients never seen than the weights of any one step.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Changing, Kernels } from "../engine/kernels/kernels.ts";
import { vectorKernels } from "../engine/kernels/vectors.ts";
import { flatVariable } from "../network/flat_variable.ts";
import type { FlatWeights } from "../network/network.ts";

/** What has to be saved to go on averaging. */
export interface WeightAverageState {
  readonly steps: number;
  readonly parameters: Float32Array;
  readonly statistics: Float32Array;
}

/**
 * Exponential moving average of parameters and running statistics. Early on it follows quickly, so that the
 * random start is soon forgotten: the decay of step t is at most (1 + t) / (10 + t).
 *
 * Source: Polyak, Juditsky (1992); the ramp is that of `tf.train.ExponentialMovingAverage(num_updates)`.
 */
export class WeightAverage implements FlatWeights {
  readonly parameters: tf.Variable<tf.Rank.R1>;
  readonly statistics: tf.Variable<tf.Rank.R1>;
  #decay: number;
  readonly #kernels: Pick<Kernels, "blend">;
  #steps: number;

  /**
   * @param decay From 0 (the newest weights) to 1 (never changes), as 0.999.
   * @param state Where an earlier average was.
   * @param kernels The engine's. @default tensor operations that every engine has
   */
  constructor(
    decay: number,
    state: WeightAverageState,
    kernels: Pick<Kernels, "blend"> = vectorKernels,
  ) {
    this.#decay = decay;
    this.#kernels = kernels;
    this.#steps = state.steps;
    this.parameters = flatVariable(state.parameters);
    this.statistics = flatVariable(state.statistics);
  }

  /**
   * Takes the weights after a step in.
   *
   * @param condition As in `Adam.step`, with {@linkcode takeBack}.
   */
  update(weights: FlatWeights, condition?: tf.Scalar): void {
    this.take(weights, this.count(), condition);
  }

  /** Counts one more update, to be done by {@linkcode take}; gives its decay. */
  count(): number {
    return Math.min(this.#decay, (1 + this.#steps) / (10 + this.#steps++));
  }

  /** Does an update that was counted. */
  take(weights: FlatWeights, decay: Changing, condition?: tf.Scalar): void {
    tf.tidy(() => {
      for (const name of ["parameters", "statistics"] as const) {
        this[name].assign(this.#kernels.blend(this[name], weights[name], decay, condition));
      }
    });
  }

  /** Counts the last update as not done, as its condition did not hold. */
  takeBack(): void {
    this.#steps--;
  }

  /** Begins anew with what it has come to, and another decay: it follows quickly again at first. */
  restart(decay: number): void {
    this.#decay = decay;
    this.#steps = 0;
  }

  /** A copy of the average. */
  async state(): Promise<WeightAverageState> {
    const [parameters, statistics] = await Promise.all([
      this.parameters.data(),
      this.statistics.data(),
    ]);
    return {
      steps: this.#steps,
      parameters: parameters.slice() as Float32Array,
      statistics: statistics.slice() as Float32Array,
    };
  }

  /** Gives the engine's memory back. */
  dispose(): void {
    tf.dispose([this.parameters, this.statistics]);
  }
}
