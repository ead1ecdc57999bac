/**
 * An operation with a gradient of its own.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";

/** Remembers tensors of the forward pass for the gradient. */
export type Save = (tensors: tf.Tensor[]) => void;

/** Gradients of the inputs, in their order, from the output's gradient and the saved tensors. */
export type Gradients = (upstream: tf.Tensor, saved: tf.Tensor[]) => tf.Tensor[];

/**
 * tfjs's `customGrad` with types that fit what it does: one output, as many gradients as inputs.
 *
 * tfjs keeps every saved tensor and every gradient until the whole backward pass is over. Each is used
 * once, so they are given back here as soon as that is done, which halves the memory of a step.
 */
export function withGradient(
  forward: (inputs: tf.Tensor[], save: Save) => tf.Tensor,
  gradients: Gradients,
): (...inputs: tf.Tensor[]) => tf.Tensor {
  const gradFunc = (upstream: tf.Tensor, saved: tf.Tensor[]) => {
    const results = tf.tidy(() => gradients(upstream, saved));
    tf.dispose([upstream, ...saved]);
    return results;
  };
  return tf.customGrad((...inputs: unknown[]) => {
    const save = inputs.pop() as Save;
    return { value: forward(inputs as tf.Tensor[], save), gradFunc: gradFunc as never };
  });
}
