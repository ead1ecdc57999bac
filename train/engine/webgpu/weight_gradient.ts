/**
 * Gradients of convolutions by weight and bias on a GPU: many workgroups each sum up products of image and gradient
 * over a share of the pixels, then the sums of all shares are added up.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import { pointwiseProducts } from "./pointwise_products.ts";
import { block, products, segment } from "./products.ts";
import { ringProducts } from "./ring_products.ts";
import { runShader, type Shader } from "./shader.ts";
import { addUpShares } from "./sum_of_shares.ts";

/** Workgroups of a shader that keep a large GPU busy, each with a sum of its own in memory. */
const enoughWorkgroups = (shader: Shader) => shader === ringProducts ? 1056 : 512;

/**
 * What shares of the pixels come to: [shares, rows, outputs].
 *
 * @param shader One of {@linkcode products}, or {@linkcode ringProducts}.
 * @param shape Of the image as the shader sees it: [batch, height, width, inputs].
 * @param rows Of the sums: [rows, outputs].
 */
function sumProducts(
  shader: Shader,
  shape: readonly number[],
  rows: number,
  image: tf.Tensor,
  upstream: tf.Tensor,
): tf.Tensor {
  const [batch, height, width, inputs] = shape, outputs = upstream.shape[3]!;
  const inputBlocks = Math.ceil(inputs / block), blocks = inputBlocks * Math.ceil(outputs / block);
  const segments = batch * height * Math.ceil(width / segment);
  const share = Math.ceil(segments / Math.ceil(enoughWorkgroups(shader) / blocks));
  const shares = Math.ceil(segments / share), components = shader === ringProducts ? 4 : 1;
  const channels = { inputs: inputs / components, outputs: outputs / components };
  return runShader(shader, {
    inputs: [image, upstream],
    numbers: { height, width, ...channels, segments, share, shares, inputBlocks },
    outputShape: [shares, rows, outputs],
    workgroups: shares * blocks,
  });
}

/** Of each share: [shares, size * size * inputs + 1, outputs]. The last row is the gradient by the bias. */
function convolutionSums(image: tf.Tensor, upstream: tf.Tensor, size: number): tf.Tensor {
  const shape = image.shape as number[], inputs = shape[3], outputs = upstream.shape[3]!;
  const rows = size * size * inputs + 1, inFours = inputs % 4 === 0 && outputs % 4 === 0;
  if (size === 1 && inFours) return pointwiseProducts(image, upstream);
  if (size === 3 && inFours) return sumProducts(ringProducts, shape, rows, image, upstream);
  // Few channels leave most of a block idle: those of nine pixels fill it.
  if (size === 3 && 9 * inputs <= block) {
    const nine = [...shape.slice(0, 3), 9 * inputs];
    return sumProducts(products(1, "nine pixels"), nine, rows, image, upstream);
  }
  return sumProducts(products(size, "pixel"), shape, rows, image, upstream);
}

/**
 * Of a "same" convolution.
 *
 * @param image [batch, height, width, inputs].
 * @param upstream [batch, height, width, outputs].
 * @param size Height and width of the weight.
 * @returns By weight [size, size, inputs, outputs] and by bias [outputs].
 */
export function weightGradients(
  image: tf.Tensor,
  upstream: tf.Tensor,
  size: number,
): [tf.Tensor, tf.Tensor] {
  const inputs = image.shape[3]!, outputs = upstream.shape[3]!;
  const sums = convolutionSums(image, upstream, size);
  return [
    addUpShares(sums, 0, [size, size, inputs, outputs]),
    addUpShares(sums, size * size * inputs * outputs, [outputs]),
  ];
}

/**
 * The gradient of a transposed convolution 2x2 with stride 2 by its weight: [2, 2, outputs, inputs].
 *
 * @param upstream [batch, 2 height, 2 width, outputs].
 * @param image [batch, height, width, inputs].
 */
export function upsamplingWeightGradient(upstream: tf.Tensor, image: tf.Tensor): tf.Tensor {
  const [batch, height, width, inputs] = image.shape as number[], outputs = upstream.shape[3]!;
  const shape = [batch, height, width, 4 * outputs];
  const sums = sumProducts(products(1, "four pixels"), shape, shape[3] + 1, upstream, image);
  return addUpShares(sums, 0, [2, 2, outputs, inputs]);
}
