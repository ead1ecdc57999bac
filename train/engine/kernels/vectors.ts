/**
 * What a step does to flat vectors of all parameters, out of tensor operations: a dozen, whatever the number of layers.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { AdamRates, AdamVectors, Changing, Kernels } from "./kernels.ts";

/** The new value where the condition holds, else the old one, to the bit. */
function chosen(condition: tf.Scalar | undefined, value: tf.Tensor, old: tf.Tensor1D): tf.Tensor1D {
  return (condition ? tf.where(condition, value, old) : value) as tf.Tensor1D;
}

/**
 * The gradient, shortened to a Euclidean norm of `longest` where it is longer.
 *
 * Source: `torch.nn.utils.clip_grad_norm_`; Pascanu, Mikolov, Bengio (2013), https://arxiv.org/abs/1211.5063.
 */
function clipped(gradient: tf.Tensor1D, longest: number): tf.Tensor1D {
  const norm = tf.sqrt(tf.sum(tf.square(gradient)));
  return tf.mul(gradient, tf.minimum(1, tf.div(longest, tf.add(norm, 1e-6))));
}

/** What there is besides a share. */
function rest(share: Changing): Changing {
  return typeof share === "number" ? 1 - share : tf.sub(1, share) as tf.Scalar;
}

function adam(
  old: AdamVectors,
  gradient: tf.Tensor1D,
  { beta1, beta2, epsilon, clipNorm, kept, rate, rootCorrection }: AdamRates<Changing>,
  condition?: tf.Scalar,
): AdamVectors {
  const slope = clipNorm > 0 ? clipped(gradient, clipNorm) : gradient;
  const mean = tf.add(tf.mul(old.mean, beta1), tf.mul(slope, rest(beta1)));
  const squares = tf.mul(tf.square(slope), 1 - beta2);
  const variance = tf.add(tf.mul(old.variance, beta2), squares);
  const root = tf.add(tf.div(tf.sqrt(variance), rootCorrection), epsilon);
  const move = tf.mul(tf.div(mean, root), rate);
  const parameters = kept === 1 ? old.parameters : tf.mul(old.parameters, kept);
  return {
    parameters: chosen(condition, tf.sub(parameters, move), old.parameters),
    mean: chosen(condition, mean, old.mean),
    variance: chosen(condition, variance, old.variance),
  };
}

function blend(
  kept: tf.Tensor1D,
  added: tf.Tensor1D,
  share: Changing,
  condition?: tf.Scalar,
): tf.Tensor1D {
  return chosen(condition, tf.add(tf.mul(kept, share), tf.mul(added, rest(share))), kept);
}

/** Operations that every engine can do so. */
export const vectorKernels: Pick<Kernels, "adam" | "blend"> = { adam, blend };
