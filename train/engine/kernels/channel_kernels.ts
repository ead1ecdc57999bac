/**
 * A depthwise convolution's weight in the shape that TensorFlow's ops and tfjs's want.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";

/** [height, width, 1, channels] as [height, width, channels, 1]: the same numbers in the same order. */
export function channelKernels(weight: tf.Tensor): tf.Tensor4D {
  const [height, width, , channels] = weight.shape as number[];
  return tf.reshape(weight, [height, width, channels, 1]);
}
