/**
 * One step of training: loss and gradient of a batch, then the optimizer.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Adam } from "./adam.ts";
import { addUpOver, type Collective } from "../cluster/collective.ts";
import { sumOver } from "../cluster/sum_over.ts";
import { type LossKind, lossOfLogits } from "./loss.ts";
import type { Network } from "../network/network.ts";

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
 * @param collective Given where the batch is one process's share of a batch: loss, gradient and statistics are
 * then those of the whole batch, the same bits on every process. A share may be empty.
 */
export function lossAndGradient(
  network: Network,
  { image, mask }: Batch,
  kind: LossKind = "dice",
  collective?: Collective,
): LossAndGradient {
  let statistics!: tf.Tensor1D;
  const addUp = collective && addUpOver(collective);
  const differentiate = tf.valueAndGrad((parameters) => {
    const pass = network.trainingLogits(parameters as tf.Tensor1D, image);
    statistics = pass.statistics;
    return lossOfLogits(kind, pass.logits, mask, addUp);
  });
  const { value, grad } = differentiate(network.parameters);
  const own = { loss: value as tf.Scalar, gradient: grad as tf.Tensor1D, statistics };
  return collective ? sumOver(collective, own, image.shape[0]) : own;
}

/**
 * Learns from one batch. The batch stays the caller's.
 *
 * @param collective As in {@linkcode lossAndGradient}; every process takes the same step.
 * @returns The loss before the step. When it is not a finite number, nothing was changed.
 */
export async function trainingStep(
  network: Network,
  optimizer: Adam,
  batch: Batch,
  learningRate: number,
  kind: LossKind = "dice",
  collective?: Collective,
): Promise<number> {
  const { loss, gradient, statistics } = lossAndGradient(network, batch, kind, collective);
  try {
    const [value] = await loss.data();
    if (Number.isFinite(value)) {
      optimizer.step(network.parameters, gradient, learningRate);
      network.statistics.assign(statistics);
    }
    return value;
  } finally {
    tf.dispose([loss, gradient, statistics]);
  }
}
