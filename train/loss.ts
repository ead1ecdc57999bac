/**
 * The training loss on an engine's tensors. `shared/dice_loss.ts` holds the same loss for plain arrays.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";

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
export function diceLossOfLogits(logits: tf.Tensor4D, reference: tf.Tensor4D): tf.Scalar {
  const smooth = 1;
  const probability = tf.sigmoid(logits);
  const overlap = tf.sum(tf.mul(probability, reference));
  const total = tf.add(tf.sum(probability), tf.sum(reference));
  return tf.sub(1, tf.div(tf.add(tf.mul(overlap, 2), smooth), tf.add(total, smooth)));
}
