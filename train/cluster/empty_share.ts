/**
 * Operations on no slices at all, which is what a process gets of a batch that has fewer slices than there are
 * processes. It has to go through the network all the same, since the others wait for it in every layer.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Kernels } from "../engine/kernels/kernels.ts";
import { withGradient } from "../engine/kernels/with_gradient.ts";

/** An image without slices of the given height, width and channels; its inputs get gradients of zeros. */
function emptyImage(size: readonly number[], ...inputs: tf.Tensor[]): tf.Tensor4D {
  const operation = withGradient(
    () => tf.zeros([0, ...size]),
    () => inputs.map(({ shape }) => tf.zeros(shape)),
  );
  return operation(...inputs) as tf.Tensor4D;
}

/** The same kernels for images with slices. TensorFlow's own give a wrong shape for those without. */
export function allowingEmpty(kernels: Kernels): Kernels {
  const isEmpty = (image: tf.Tensor4D) => image.shape[0] === 0;
  return {
    ...kernels,
    narrow: (image) => isEmpty(image) ? image : kernels.narrow(image),
    widen: (logits) => isEmpty(logits) ? logits : kernels.widen(logits),
    convolution(image, weight, bias, imageGradient) {
      if (!isEmpty(image)) return kernels.convolution(image, weight, bias, imageGradient);
      const [, height, width] = image.shape;
      return emptyImage([height, width, weight.shape[3]], image, weight, bias);
    },
    batchNormRelu(image, norm, collect) {
      if (!isEmpty(image)) return kernels.batchNormRelu(image, norm, collect);
      collect(tf.keep(tf.zeros([2 * norm.scale.size])));
      return emptyImage(image.shape.slice(1), image, norm.scale, norm.shift);
    },
    maxPool(image) {
      if (!isEmpty(image)) return kernels.maxPool(image);
      const [, height, width, channels] = image.shape;
      return emptyImage([height / 2, width / 2, channels], image);
    },
    upsample(image, weight) {
      if (!isEmpty(image)) return kernels.upsample(image, weight);
      const [, height, width] = image.shape;
      return emptyImage([2 * height, 2 * width, weight.shape[2]], image, weight);
    },
  };
}
