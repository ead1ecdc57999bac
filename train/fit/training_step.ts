/**
 * One step of training: loss and gradient of a batch, then the optimizer.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Adam } from "./adam.ts";
import { assignIf } from "./conditional_assign.ts";
import { addUpOver, type Collective } from "../cluster/collective.ts";
import { sumOver } from "../cluster/sum_over.ts";
import { readNumber } from "../engine/kernels/transfers.ts";
import { type Learn, learnAsOne, type Learned, type StepNumbers } from "./learn_as_one.ts";
import { type LossAndGradient, lossOfLogits } from "./loss.ts";
import type { Network } from "../network/network.ts";
import type { Batch } from "./upload_batch.ts";
import type { WeightAverage } from "./weight_average.ts";

/**
 * Forward and backward. The caller disposes of the three tensors.
 *
 * @param crossEntropyWeight As in `lossOfLogits`; 0: the Dice loss alone.
 * @param collective Given where the batch is one process's share of a batch: loss, gradient and statistics are
 * then those of the whole batch, the same bits on every process. A share may be empty.
 */
export function lossAndGradient(
  network: Network,
  { image, mask }: Batch,
  crossEntropyWeight = 0,
  collective?: Collective,
): LossAndGradient {
  let statistics!: tf.Tensor1D;
  const addUp = collective && addUpOver(collective);
  const differentiate = tf.valueAndGrad((parameters) => {
    const pass = network.trainingLogits(parameters as tf.Tensor1D, image);
    statistics = pass.statistics;
    const { kernels } = network;
    return kernels.loss && !addUp
      ? kernels.loss(pass.logits, mask, crossEntropyWeight)
      : lossOfLogits(crossEntropyWeight, pass.logits, mask, addUp);
  });
  const { value, grad } = differentiate(network.parameters);
  const own = { loss: value as tf.Scalar, gradient: grad as tf.Tensor1D, statistics };
  return collective ? sumOver(collective, own, image.shape[0]) : own;
}

/** What a step may do besides. */
export interface StepOptions {
  /** As in {@linkcode lossAndGradient}. @default {0} */
  readonly crossEntropyWeight?: number;
  /** As in `Adam.step`. @default {0.9} */
  readonly momentum?: number;
  /** As in {@linkcode lossAndGradient}; every process takes the same step. */
  readonly collective?: Collective;
  /** Takes the weights after the step in. */
  readonly average?: WeightAverage;
  /**
   * The step before, where its loss is not known yet. If that or one of those it is behind is not finite, this step
   * changes nothing either.
   */
  readonly behind?: IssuedStep;
}

/** A step that the engine was told to take, and may still be at. */
export class IssuedStep {
  /** On the engine, until the loss is known: whether the step changes anything. */
  readonly taken: tf.Scalar;
  readonly #loss: tf.Scalar;
  readonly #value: Promise<number>;
  readonly #takeBack: () => void;
  #behind?: IssuedStep;
  #wasTaken = true;

  /** @param takeBack What is counted here, and not by the engine, is counted back where the step changed nothing. */
  constructor(
    { loss, taken }: Learned,
    behind: IssuedStep | undefined,
    takeBack: () => void,
  ) {
    this.taken = taken;
    this.#loss = loss;
    // A number asked for later would come later: once the engine has done what it is told meanwhile.
    this.#value = readNumber(loss);
    // Whoever asks hears of an error; nobody may.
    this.#value.catch(() => {});
    this.#behind = behind;
    this.#takeBack = takeBack;
  }

  /**
   * The loss before the step, once the engine has it. When it is not a finite number, nothing was changed. To be
   * called once, in the order of the steps.
   */
  async loss(): Promise<number> {
    const value = await this.#value;
    tf.dispose([this.#loss, this.taken]);
    this.#wasTaken = Number.isFinite(value) && (!this.#behind || this.#behind.#wasTaken);
    this.#behind = undefined;
    if (!this.#wasTaken) this.#takeBack();
    return value;
  }
}

/** All that a step does on the engine. */
function learning(
  network: Network,
  optimizer: Adam,
  { crossEntropyWeight, collective, average }: StepOptions,
): Learn {
  return (batch, { decay, ...rates }, before) => {
    const { loss, gradient, statistics } = lossAndGradient(
      network,
      batch,
      crossEntropyWeight,
      collective,
    );
    const taken = tf.tidy(() => {
      const finite = tf.isFinite(loss) as tf.Scalar;
      return before ? tf.logicalAnd(finite, before) as tf.Scalar : finite;
    });
    optimizer.move(network.parameters, gradient, rates, taken);
    assignIf(taken, network.statistics, statistics);
    if (decay !== undefined) average?.take(network, decay, taken);
    tf.dispose([gradient, statistics]);
    return { loss, taken };
  };
}

/** Tells the engine all that a step does, at once where it can be told so. */
function issue(
  network: Network,
  optimizer: Adam,
  batch: Batch,
  numbers: StepNumbers,
  options: StepOptions,
): Learned {
  const { crossEntropyWeight, collective, average, behind } = options;
  const learn = learning(network, optimizer, options), { runAsOne } = network.kernels;
  // Processes of a cluster hear of each other in the middle of a step, through the program.
  if (!runAsOne || collective) return learn(batch, numbers, behind?.taken);
  const averaged = average ? [average.parameters, average.statistics] : [];
  const work = {
    variables: [network.parameters, network.statistics, ...optimizer.variables, ...averaged],
    dependencies: [network, optimizer, average, crossEntropyWeight],
  };
  return learnAsOne(runAsOne, work, learn, batch, numbers, behind?.taken);
}

/**
 * Learns from one batch: tells the engine all that it has to do and reads nothing back, so that a GPU never waits
 * for the program in the middle of a step. Whether the loss is a finite number is decided on the engine as well.
 *
 * @param batch The caller's; it may be disposed of at once.
 */
export function trainingStep(
  network: Network,
  optimizer: Adam,
  batch: Batch,
  learningRate: number,
  options: StepOptions = {},
): IssuedStep {
  const { momentum, average, behind } = options;
  const rates = optimizer.count(learningRate, momentum);
  const numbers = average ? { ...rates, decay: average.count() } : rates;
  const takeBack = () => {
    optimizer.takeBack();
    average?.takeBack();
  };
  try {
    return new IssuedStep(issue(network, optimizer, batch, numbers, options), behind, takeBack);
  } catch (error) {
    takeBack();
    throw error;
  }
}
