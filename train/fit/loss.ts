/**
 * Training losses on an engine's tensors. `shared/dice_loss.ts` holds the Dice loss for plain arrays.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";

/** The losses a run can minimise. */
export const lossKinds = ["dice", "dice+ce"] as const;

/** One of {@linkcode lossKinds}. */
export type LossKind = typeof lossKinds[number];

/** The loss of a batch before the step, its gradient by all parameters, and the running statistics after it. */
export interface LossAndGradient {
  readonly loss: tf.Scalar;
  readonly gradient: tf.Tensor1D;
  readonly statistics: tf.Tensor1D;
}

/**
 * Makes totals over the whole batch of sums over the slices at hand. They differ where a batch is shared by
 * several processes.
 */
export type AddUp = (...sums: tf.Scalar[]) => tf.Scalar[];

/** All slices of the batch are at hand. */
const alone: AddUp = (...sums) => sums;

/**
 * Dice loss over the whole batch: `1 - (2 sum(pg) + 1) / (sum(p) + sum(g) + 1)`, a scalar from 0 to 1.
 * A batch without any tumor has a loss, too: it falls with the probabilities.
 *
 * @param logits [batch, height, width, 1], before the sigmoid.
 * @param reference The same shape, 0 or 1.
 *
 * Source: `DiceLoss` in giacomodeodato/Brain-MRI-segmentation (smooth 1); Milletari, Navab, Ahmadi,
 * "V-Net" (2016), https://arxiv.org/abs/1606.04797.
 */
export function diceLossOfLogits(
  logits: tf.Tensor4D,
  reference: tf.Tensor4D,
  addUp: AddUp = alone,
): tf.Scalar {
  const smooth = 1;
  const probability = tf.sigmoid(logits);
  const [overlap, predicted, present] = addUp(
    tf.sum(tf.mul(probability, reference)),
    tf.sum(probability),
    tf.sum(reference),
  );
  const total = tf.add(predicted, present);
  return tf.sub(1, tf.div(tf.add(tf.mul(overlap, 2), smooth), tf.add(total, smooth)));
}

/**
 * Binary cross-entropy, the mean over all pixels, 0 or more: `max(x, 0) - x g + log(1 + exp(-|x|))`.
 *
 * Source: `torch.nn.BCEWithLogitsLoss`.
 */
export function crossEntropyOfLogits(
  logits: tf.Tensor4D,
  reference: tf.Tensor4D,
  addUp: AddUp = alone,
): tf.Scalar {
  const softplus = tf.log1p(tf.exp(tf.neg(tf.abs(logits))));
  const entropies = tf.add(tf.sub(tf.relu(logits), tf.mul(logits, reference)), softplus);
  const [entropy, pixels] = addUp(tf.sum(entropies), tf.scalar(logits.size));
  return tf.div(entropy, pixels);
}

/** What makes up a run's loss. */
export interface LossSettings {
  readonly loss: LossKind;
  /** Weight of the cross-entropy beside the Dice loss, which by itself learns slowly from what is far off. */
  readonly crossEntropyWeight: number;
}

/** What the cross-entropy is multiplied by; 0: the loss is the Dice loss alone. */
export function crossEntropyWeightOf({ loss, crossEntropyWeight }: LossSettings): number {
  // Runs of an earlier version do not have the weight: it was always this.
  return loss === "dice" ? 0 : crossEntropyWeight ?? 0.5;
}

/**
 * Dice loss plus weighted cross-entropy, a scalar; shapes as in {@linkcode diceLossOfLogits}.
 *
 * @param reference Also of type bool, a byte for each pixel.
 */
export function lossOfLogits(
  crossEntropyWeight: number,
  logits: tf.Tensor4D,
  reference: tf.Tensor4D,
  addUp: AddUp = alone,
): tf.Scalar {
  const present = tf.cast(reference, "float32");
  const dice = diceLossOfLogits(logits, present, addUp);
  if (crossEntropyWeight === 0) return dice;
  return tf.add(dice, tf.mul(crossEntropyOfLogits(logits, present, addUp), crossEntropyWeight));
}
