/**
 * A depthwise "same" convolution and its gradients on a GPU. The gradient by the image is a convolution as well.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import { portableKernels } from "../kernels/portable.ts";
import { withGradient } from "../kernels/with_gradient.ts";
import { depthwiseWeightGradient } from "./depthwise_weight_gradient.ts";
import { directDepthwise } from "./direct_depthwise.ts";

const direct = withGradient(
  ([image, weight], save) => {
    save([image, weight]);
    return directDepthwise(image, weight, false);
  },
  (upstream, [image, weight]) => [
    directDepthwise(upstream, weight, true),
    depthwiseWeightGradient(image, upstream),
  ],
);

/** As in `Kernels`; other sizes than 3x3 are made of tfjs's operations. */
export function depthwiseConvolution(image: tf.Tensor4D, weight: tf.Tensor4D): tf.Tensor {
  const [height, width] = weight.shape;
  const isDirect = height === 3 && width === 3;
  return isDirect ? direct(image, weight) : portableKernels.depthwiseConvolution(image, weight);
}
