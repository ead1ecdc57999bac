/**
 * The U-Net's forward pass, for training and for prediction, on whatever engine the kernels run.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import { concatenateChannels } from "../engine/kernels/concatenation.ts";
import type { Kernels } from "../engine/kernels/kernels.ts";
import {
  assertImageSize,
  encoderLayer,
  headLayer,
  type UNetArchitecture,
  upsampleLayer,
} from "./unet_architecture.ts";

/** Tensors by PyTorch name, shaped as the engine wants them (see weight_layout.ts). */
export type NamedTensors = ReadonlyMap<string, tf.Tensor>;

/** Takes the statistics of the batch by the norm's PyTorch name: means, then unbiased variances, in one vector or two. */
export type StatisticsCollector = (norm: string, vectors: readonly tf.Tensor1D[]) => void;

/**
 * Logits for a batch of images.
 *
 * @param image Preprocessed slices, [batch, height, width, inputChannels].
 * @param weights Parameters and, in prediction, running statistics.
 * @param collect Given in training: batch normalisation then uses the batch's own statistics and hands
 * them over. Absent in prediction, where the running ones are used.
 * @returns Logits [batch, height, width, outputChannels]; a sigmoid makes probabilities of them.
 * @throws {RangeError} when the poolings cannot halve the image's size.
 *
 * Source: `UNet` in giacomodeodato/Brain-MRI-segmentation; Ronneberger, Fischer, Brox, "U-Net:
 * Convolutional Networks for Biomedical Image Segmentation" (2015), https://arxiv.org/abs/1505.04597.
 */
export function unetLogits(
  architecture: UNetArchitecture,
  kernels: Kernels,
  weights: NamedTensors,
  image: tf.Tensor4D,
  collect?: StatisticsCollector,
): tf.Tensor4D {
  assertImageSize(architecture, image.shape[1], image.shape[2]);
  const weight = <T extends tf.Tensor>(name: string) => weights.get(`layers.${name}`) as T;

  const normRelu = (image: tf.Tensor4D, name: string) => {
    const norm = {
      scale: weight<tf.Tensor1D>(`${name}.weight`),
      shift: weight<tf.Tensor1D>(`${name}.bias`),
    };
    if (collect) {
      return kernels.batchNormRelu(image, norm, (...vectors) => collect(`layers.${name}`, vectors));
    }
    return kernels.frozenBatchNormRelu(image, {
      ...norm,
      runningMean: weight(`${name}.running_mean`),
      runningVariance: weight(`${name}.running_var`),
    });
  };
  const convolution = (image: tf.Tensor4D, name: string, imageGradient = true): tf.Tensor4D => {
    if (weights.has(`layers.${name}.depthwise.weight`)) {
      const filtered = kernels.depthwiseConvolution(image, weight(`${name}.depthwise.weight`));
      return convolution(filtered, `${name}.pointwise`);
    }
    return kernels.convolution(
      image,
      weight(`${name}.weight`),
      weight(`${name}.bias`),
      imageGradient,
    );
  };
  const block = (image: tf.Tensor4D, layer: number) => {
    const first = normRelu(convolution(image, `${layer}.conv1`, layer > 0), `${layer}.bn1`);
    return normRelu(convolution(first, `${layer}.conv2`), `${layer}.bn2`);
  };

  const skips: tf.Tensor4D[] = [];
  let features = block(kernels.narrow(image), encoderLayer(0));
  for (let level = 1; level < architecture.depth; level++) {
    skips.push(features);
    features = block(kernels.maxPool(features), encoderLayer(level));
  }
  for (let step = 0; step < architecture.depth - 1; step++) {
    const layer = upsampleLayer(architecture, step);
    const upsampled = kernels.upsample(features, weight(`${layer}.weight`));
    features = block(concatenateChannels(upsampled, skips.pop()!), layer + 1);
  }
  return kernels.widen(convolution(features, `${headLayer(architecture)}`));
}
