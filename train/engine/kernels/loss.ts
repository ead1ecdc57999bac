/**
 * The loss of fit/loss.ts with its gradient by hand. tfjs's gradient of a sum, and of what is not smooth, makes images
 * of ones in the program's memory; to bring one of eight slices to a GPU takes as long as to compute a large layer.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { withGradient } from "./with_gradient.ts";

/** The mean over all pixels of `max(x, 0) - x g + log(1 + exp(-|x|))`. */
function crossEntropy(logits: tf.Tensor, reference: tf.Tensor): tf.Tensor {
  const softplus = tf.log1p(tf.exp(tf.neg(tf.abs(logits))));
  return tf.mean(tf.add(tf.sub(tf.relu(logits), tf.mul(logits, reference)), softplus));
}

/**
 * As in `Kernels`.
 *
 * With p the probabilities, g the reference, N = 2 sum(pg) + 1, D = sum(p) + sum(g) + 1 and n pixels, the Dice loss
 * 1 - N/D has the gradient p (1 - p) (N/D - 2g) / D by the logits, and the cross-entropy (p - g) / n.
 */
export function loss(
  logits: tf.Tensor4D,
  reference: tf.Tensor4D,
  crossEntropyWeight: number,
): tf.Scalar {
  const operation = withGradient(
    ([logits], save) => {
      const present = tf.cast(reference, "float32");
      const probability = tf.sigmoid(logits);
      const overlap = tf.sum(tf.mul(probability, present));
      const numerator = tf.add(tf.mul(overlap, 2), 1);
      const denominator = tf.add(tf.add(tf.sum(probability), tf.sum(present)), 1);
      const dice = tf.div(numerator, denominator);
      save([probability, dice, denominator, present]);
      const diceLoss = tf.sub(1, dice);
      if (crossEntropyWeight === 0) return diceLoss;
      return tf.add(diceLoss, tf.mul(crossEntropy(logits, present), crossEntropyWeight));
    },
    (upstream, [probability, dice, denominator, present]) => {
      const slope = tf.sub(probability, tf.square(probability));
      const byProbability = tf.sub(dice, tf.mul(present, 2));
      const byLogits = tf.mul(tf.mul(slope, byProbability), tf.div(upstream, denominator));
      if (crossEntropyWeight === 0) return [byLogits];
      const share = tf.mul(upstream, crossEntropyWeight / logits.size);
      return [tf.add(byLogits, tf.mul(tf.sub(probability, present), share))];
    },
  );
  return operation(logits) as tf.Scalar;
}
