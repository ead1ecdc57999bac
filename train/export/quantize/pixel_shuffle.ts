/**
 * A transposed convolution as one that ONNX can quantize.
 *
 * @module
 */
import type { FloatTensor } from "../../network/state_dict.ts";

/**
 * The kernel [4 * out, in, 1, 1] of a 1x1 convolution which, followed by `DepthToSpace` of block size 2 in mode `CRD`,
 * does what the transposed convolution with kernel [in, out, 2, 2] and stride 2 does: each of its four taps makes one
 * of the four pixels that an input pixel becomes.
 *
 * Source: Shi et al., "Is the deconvolution layer the same as a convolutional layer?" (2016),
 * https://arxiv.org/abs/1609.07009.
 *
 * @throws {TypeError} when the kernel is not 2x2.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const kernel = { shape: [2, 1, 2, 2], data: new Float32Array([1, 2, 3, 4, 5, 6, 7, 8]) };
 * const shuffled = pixelShuffleKernel(kernel);
 * assert.deepEqual(shuffled.shape, [4, 2, 1, 1]);
 * assert.deepEqual(shuffled.data, new Float32Array([1, 5, 2, 6, 3, 7, 4, 8]));
 * ```
 */
export function pixelShuffleKernel({ shape, data }: FloatTensor): FloatTensor {
  const [inputs, outputs, height, width] = shape;
  if (height !== 2 || width !== 2) {
    throw new TypeError(
      `Cannot shuffle pixels as the kernel must be 2x2: current size is ${height}x${width}`,
    );
  }
  const shuffled = new Float32Array(data.length);
  for (let input = 0; input < inputs; input++) {
    for (let tap = 0; tap < 4 * outputs; tap++) {
      shuffled[tap * inputs + input] = data[input * 4 * outputs + tap];
    }
  }
  return { shape: [4 * outputs, inputs, 1, 1], data: shuffled };
}
