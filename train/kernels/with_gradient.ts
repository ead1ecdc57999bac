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

/** tfjs's `customGrad` with types that fit what it does: one output, as many gradients as inputs. */
export function withGradient(
  forward: (inputs: tf.Tensor[], save: Save) => tf.Tensor,
  gradients: Gradients,
): (...inputs: tf.Tensor[]) => tf.Tensor {
  return tf.customGrad((...inputs: unknown[]) => {
    const save = inputs.pop() as Save;
    return { value: forward(inputs as tf.Tensor[], save), gradFunc: gradients as never };
  });
}
