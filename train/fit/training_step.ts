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
import { lossOfLogits } from "./loss.ts";
import type { Network } from "../network/network.ts";
import type { WeightAverage } from "./weight_average.ts";

/** Slices to learn from, on the engine. */
export interface Batch {
  /** Preprocessed slices, [batch, height, width, channels]. */
  readonly image: tf.Tensor4D;
  /** Reference masks, [batch, height, width, 1], 0 or 1. */
  readonly mask: tf.Tensor4D;
}

/** The loss of a batch before the step, its gradient by all parameters, and the running statistics after it. */
export interface LossAndGradient {
  readonly loss: tf.Scalar;
  readonly gradient: tf.Tensor1D;
  readonly statistics: tf.Tensor1D;
}

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
  /** The step before, where its loss is not known yet. If it is not finite, this step changes nothing either. */
  readonly behind?: IssuedStep;
}

/** A step that the engine was told to take, and may still be at. */
export class IssuedStep {
  /** On the engine, until the loss is known: whether the step changes anything. */
  readonly taken: tf.Scalar;
  readonly #loss: tf.Scalar;
  readonly #takeBack: () => void;
  #behind?: IssuedStep;
  #wasTaken = true;

  /** @param takeBack What is counted here, and not by the engine, is counted back where the step changed nothing. */
  constructor(loss: tf.Scalar, behind: IssuedStep | undefined, takeBack: () => void) {
    this.#loss = loss;
    this.#behind = behind;
    this.#takeBack = takeBack;
    this.taken = tf.tidy(() => {
      const finite = tf.isFinite(loss) as tf.Scalar;
      return behind ? tf.logicalAnd(finite, behind.taken) : finite;
    });
  }

  /**
   * The loss before the step, once the engine has it. When it is not a finite number, nothing was changed. To be
   * called once, in the order of the steps, and before more than one more is issued.
   */
  async loss(): Promise<number> {
    const [value] = await this.#loss.data();
    tf.dispose([this.#loss, this.taken]);
    this.#wasTaken = Number.isFinite(value) && (!this.#behind || this.#behind.#wasTaken);
    this.#behind = undefined;
    if (!this.#wasTaken) this.#takeBack();
    return value;
  }
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
  { crossEntropyWeight, momentum, collective, average, behind }: StepOptions = {},
): IssuedStep {
  const { loss, gradient, statistics } = lossAndGradient(
    network,
    batch,
    crossEntropyWeight,
    collective,
  );
  const step = new IssuedStep(loss, behind, () => {
    optimizer.takeBack();
    average?.takeBack();
  });
  tf.tidy(() => {
    const condition = step.taken;
    optimizer.step(network.parameters, gradient, learningRate, { momentum, condition });
    assignIf(condition, network.statistics, statistics);
    average?.update(network, condition);
  });
  tf.dispose([gradient, statistics]);
  return step;
}
