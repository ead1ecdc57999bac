/**
 * Batch normalisation folded into the convolution before it: with fixed statistics both are affine, so one
 * convolution does the work of two layers.
 *
 * @module
 */
import { batchNormEpsilon } from "../engine/kernels/kernels.ts";
import type { FloatTensor } from "../network/state_dict.ts";

/** A convolution's weights: kernel [out, in, height, width] and one bias per output channel. */
export interface Convolution {
  readonly weight: FloatTensor;
  readonly bias: FloatTensor;
}

/** A batch normalisation with its running statistics, one value per channel each. */
export interface BatchNorm {
  readonly weight: FloatTensor;
  readonly bias: FloatTensor;
  readonly mean: FloatTensor;
  readonly variance: FloatTensor;
}

/**
 * The convolution that gives what `convolution` followed by `norm` gives at inference:
 * with s = weight / sqrt(variance + epsilon), the kernel times s and (bias - mean) s + shift.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { batchNormEpsilon } from "../engine/kernels/kernels.ts";
 * const one = (value: number) => ({ shape: [1], data: new Float32Array([value]) });
 * const kernel = { shape: [1, 1, 1, 1], data: new Float32Array([3]) };
 * const norm = { weight: one(2), bias: one(5), mean: one(1), variance: one(4 - batchNormEpsilon) };
 * const folded = foldBatchNorm({ weight: kernel, bias: one(7) }, norm);
 * assert.equal(folded.weight.data[0], 3); // 3 * 2 / sqrt(4)
 * assert.equal(folded.bias.data[0], 11); // (7 - 1) * 2 / sqrt(4) + 5
 * ```
 */
export function foldBatchNorm({ weight, bias }: Convolution, norm: BatchNorm): Convolution {
  const scale = Array.from(
    norm.weight.data,
    (value, channel) => value / Math.sqrt(norm.variance.data[channel] + batchNormEpsilon),
  );
  const kernelSize = weight.data.length / scale.length;
  return {
    weight: {
      shape: weight.shape,
      data: weight.data.map((value, index) => value * scale[Math.floor(index / kernelSize)]),
    },
    bias: {
      shape: bias.shape,
      data: bias.data.map((value, channel) =>
        (value - norm.mean.data[channel]) * scale[channel] + norm.bias.data[channel]
      ),
    },
  };
}
