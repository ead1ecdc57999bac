/**
 * Between floats and eight bits: real = (integer - zeroPoint) * scale.
 *
 * Source: Jacob et al., "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only
 * Inference" (2018), https://arxiv.org/abs/1712.05877.
 *
 * @module
 */
import type { FloatTensor } from "../../network/state_dict.ts";
import type { ActivationRange } from "./activation_range.ts";

/** How 0 to 255 stand for real numbers. */
export interface Quantization {
  readonly scale: number;
  /** The integer that stands for 0, from 0 to 255. */
  readonly zeroPoint: number;
}

/**
 * Spreads 0 to 255 over a range, such that 0 is met exactly: padding with zeros and ReLU stay exact.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.deepEqual(quantizationOf({ low: 0, high: 51 }), { scale: 0.2, zeroPoint: 0 });
 * assert.equal(quantizationOf({ low: -1, high: 1 }).zeroPoint, 128);
 * ```
 */
export function quantizationOf({ low, high }: ActivationRange): Quantization {
  const bottom = Math.min(low, 0), top = Math.max(high, 0);
  // A value that is always 0 may have any scale.
  const scale = (top - bottom) / 255 || 1;
  return { scale, zeroPoint: Math.round((0 - bottom) / scale) };
}

/** A kernel in eight bits: every output channel has a scale of its own, and zero is zero. */
export interface QuantizedKernel {
  /** From -127 to 127, [out, in, height, width]. */
  readonly data: Int8Array;
  readonly shape: readonly number[];
  /** One for each output channel. */
  readonly scales: Float32Array;
}

/**
 * Quantizes a kernel [out, in, height, width], symmetrically about 0.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const kernel = { shape: [2, 1, 1, 2], data: new Float32Array([1, -0.25, 0, 0]) };
 * assert.deepEqual(quantizeKernel(kernel).data, new Int8Array([127, -32, 0, 0]));
 * ```
 */
export function quantizeKernel({ shape, data }: FloatTensor): QuantizedKernel {
  const outputs = shape[0], size = data.length / outputs;
  const scales = Float32Array.from({ length: outputs }, (_, output) => {
    const kernel = data.subarray(output * size, (output + 1) * size);
    return kernel.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) / 127 || 1;
  });
  const steps = (value: number, index: number) =>
    Math.min(Math.max(Math.round(value / scales[Math.floor(index / size)]), -127), 127);
  return { shape, data: Int8Array.from(data, steps), scales };
}

/** A bias as the 32-bit integers that the products of inputs and kernels are summed up in. */
export function quantizeBias(
  bias: Float32Array,
  input: Quantization,
  scales: Float32Array,
): Int32Array {
  return Int32Array.from(
    bias,
    (value, output) => Math.round(value / (input.scale * scales[output])),
  );
}
