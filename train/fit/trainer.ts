/**
 * A network in training: its weights, the optimizer, the running average, and how far it has come. All of it
 * can be copied out and put back, so that a run goes on as if it had never stopped.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { Adam, type AdamState } from "./adam.ts";
import type { Collective } from "../cluster/collective.ts";
import { scheduleAt } from "./constant_end.ts";
import type { Kernels } from "../engine/kernels/kernels.ts";
import { type FlatWeights, Network } from "../network/network.ts";
import { crossEntropyWeightOf } from "./loss.ts";
import { learningRateAt, momentumAt } from "./schedule.ts";
import type { StateDict } from "../network/state_dict.ts";
import type { TrainingSettings } from "./training_settings.ts";
import { type IssuedStep, trainingStep } from "./training_step.ts";
import type { Batch } from "./upload_batch.ts";
import type { UNetArchitecture } from "../network/unet_architecture.ts";
import { WeightAverage, type WeightAverageState } from "./weight_average.ts";

/** Everything a training that goes on needs to know of the one that stopped. */
export interface TrainerState {
  /** The newest weights. */
  readonly weights: StateDict;
  readonly optimizer: AdamState;
  /** Absent where weights are not averaged. */
  readonly average?: WeightAverageState;
  /** Whether the constant end has begun, which optimizer and average are of then. @default {false} */
  readonly inConstantEnd?: boolean;
}

/** A network in training. Call {@linkcode dispose} when done. */
export class Trainer {
  readonly #network: Network;
  readonly #optimizer: Adam;
  #average?: WeightAverage;
  #inConstantEnd: boolean;
  readonly #settings: TrainingSettings;
  readonly #collective?: Collective;

  private constructor(
    network: Network,
    optimizer: Adam,
    average: WeightAverage | undefined,
    inConstantEnd: boolean,
    settings: TrainingSettings,
    collective: Collective | undefined,
  ) {
    this.#network = network;
    this.#optimizer = optimizer;
    this.#average = average;
    this.#inConstantEnd = inConstantEnd;
    this.#settings = settings;
    this.#collective = collective;
  }

  /**
   * Starts from weights alone, or goes on from where another training was.
   *
   * @param collective Given where several processes train one network, all of them from the same start: batches are
   * then shares of theirs, and `kernels` those of `clusterKernels`.
   */
  static async start(
    architecture: UNetArchitecture,
    kernels: Kernels,
    settings: TrainingSettings,
    start: StateDict | TrainerState,
    collective?: Collective,
  ): Promise<Trainer> {
    const state = start instanceof Map ? undefined : start;
    const weights = start instanceof Map ? start : start.weights;
    const network = new Network(architecture, kernels, weights);
    const optimizer = new Adam(network.parameterCount, settings, state?.optimizer, kernels);
    const inConstantEnd = state?.inConstantEnd ?? false;
    const { averageDecay } = inConstantEnd ? settings.constantEnd! : settings;
    const average = averageDecay > 0
      ? new WeightAverage(averageDecay, state?.average ?? await flatState(network), kernels)
      : undefined;
    return new Trainer(network, optimizer, average, inConstantEnd, settings, collective);
  }

  /** The network, to predict with; give {@linkcode weights} along to predict with the average. */
  get network(): Network {
    return this.#network;
  }

  /** The optimizer, with its moments. */
  get optimizer(): Adam {
    return this.#optimizer;
  }

  /** The running average of the weights, where they are averaged. */
  get average(): WeightAverage | undefined {
    return this.#average;
  }

  /** The weights that count: the average where there is one, else the newest. */
  get weights(): FlatWeights {
    return this.#average ?? this.#network;
  }

  /**
   * Begins the run's constant end, once: starts anew from the weights that count, as a run would that is started from
   * this one's. The optimizer has no memory then, and the average begins again from these weights, with a decay of its
   * own. Optimizer and average stay the same objects where they can, so that a step that is one function stays it.
   */
  async beginConstantEnd(): Promise<void> {
    if (this.#inConstantEnd) return;
    // Read and written, as tfjs would have network and average share a tensor, which a step that is recorded as a
    // function could not tell apart.
    const start = await flatState(this.weights);
    tf.tidy(() => {
      for (const name of ["parameters", "statistics"] as const) {
        this.#network[name].assign(tf.tensor1d(start[name]));
      }
    });
    this.#optimizer.restart();
    this.#restartAverage(this.#settings.constantEnd!.averageDecay, start);
    this.#inConstantEnd = true;
  }

  #restartAverage(decay: number, start: WeightAverageState): void {
    const average = this.#average;
    if (decay > 0 && average) return average.restart(decay);
    average?.dispose();
    this.#average = decay > 0 ? new WeightAverage(decay, start, this.#network.kernels) : undefined;
  }

  /**
   * Tells the engine to learn from one batch, which stays the caller's and may be disposed of at once.
   *
   * @param epoch Epochs done, from 0.
   * @param steps Steps of the run before its constant end.
   * @param behind As in {@linkcode trainingStep}.
   */
  step(batch: Batch, epoch: number, steps: number, behind?: IssuedStep): IssuedStep {
    const moment = { epoch, step: this.#optimizer.steps, steps };
    const schedule = scheduleAt(this.#settings, epoch);
    return trainingStep(this.#network, this.#optimizer, batch, learningRateAt(schedule, moment), {
      crossEntropyWeight: crossEntropyWeightOf(this.#settings),
      momentum: momentumAt(schedule, moment),
      collective: this.#collective,
      average: this.#average,
      behind,
    });
  }

  /** A copy of everything. */
  async state(): Promise<TrainerState> {
    return {
      weights: await this.#network.stateDict(),
      optimizer: await this.#optimizer.state(),
      average: await this.#average?.state(),
      inConstantEnd: this.#inConstantEnd,
    };
  }

  /** Gives the engine's memory back. */
  dispose(): void {
    this.#network.dispose();
    this.#optimizer.dispose();
    this.#average?.dispose();
  }
}

async function flatState({ parameters, statistics }: FlatWeights): Promise<WeightAverageState> {
  return {
    steps: 0,
    parameters: await parameters.data() as Float32Array,
    statistics: await statistics.data() as Float32Array,
  };
}
