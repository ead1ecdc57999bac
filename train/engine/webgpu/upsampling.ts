/**
 * The transposed convolution 2x2 with stride 2 on a GPU. The pixels that it makes do not overlap, so it is a product of
 * matrices, its gradient by the image a convolution with stride 2, and that by the weight a sum of products like any
 * other convolution's.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { withGradient } from "../kernels/with_gradient.ts";
import { upsamplingWeightGradient } from "./weight_gradient.ts";

const operation = withGradient(
  ([image, weight], save) => {
    save([image, weight]);
    const [batch, height, width, inputs] = image.shape as number[], outputs = weight.shape[2]!;
    const pixels = tf.reshape(image, [-1, inputs]) as tf.Tensor2D;
    const fours = tf.matMul(pixels, tf.reshape(weight, [4 * outputs, inputs]), false, true);
    const grid = tf.reshape(fours, [batch * height, width, 2, 2 * outputs]);
    return tf.reshape(tf.transpose(grid, [0, 2, 1, 3]), [batch, 2 * height, 2 * width, outputs]);
  },
  (upstream, [image, weight]) => [
    tf.conv2d(upstream as tf.Tensor4D, weight as tf.Tensor4D, 2, "valid"),
    upsamplingWeightGradient(upstream, image),
  ],
);

/** As in `Kernels`. */
export function upsample(image: tf.Tensor4D, weight: tf.Tensor4D): tf.Tensor {
  return operation(image, weight);
}
