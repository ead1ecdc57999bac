/**
 * U-Net operations of the `webgpu` backend: fused where tensor operations of tfjs would go through an image many
 * times, and without a tensor larger than the images themselves.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import type { Kernels } from "../kernels/kernels.ts";
import { portableKernels } from "../kernels/portable.ts";
import { adam, blend } from "./adam.ts";
import { batchNormRelu, frozenBatchNormRelu } from "./batch_norm.ts";
import { convolution } from "./convolution.ts";
import { depthwiseConvolution } from "./depthwise_convolution.ts";
import { loss } from "./loss.ts";
import { maxPool } from "./max_pool.ts";
import { upsample } from "./upsampling.ts";

/** Operations of the backend `webgpu`. */
export const webgpuKernels: Kernels = {
  ...portableKernels,
  convolution: (...input) => convolution(...input) as tf.Tensor4D,
  depthwiseConvolution: (...input) => depthwiseConvolution(...input) as tf.Tensor4D,
  batchNormRelu: (...input) => batchNormRelu(...input) as tf.Tensor4D,
  frozenBatchNormRelu: (...input) => frozenBatchNormRelu(...input) as tf.Tensor4D,
  maxPool: (image) => maxPool(image) as tf.Tensor4D,
  upsample: (image, weight) => upsample(image, weight) as tf.Tensor4D,
  loss,
  adam,
  blend,
};
