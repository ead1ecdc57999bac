/**
 * Images with their shape. Everything in Gliomap that looks at pixels takes one of these types, so that
 * an array never travels without its axis order.
 *
 * @module
 */

/** Pixel values as they come out of an image file (8 or 16 bit) or out of a computation (float). */
export type PixelData = Uint8Array | Uint16Array | Float32Array;

/**
 * One MRI slice, axes [height, width, channels] in C order (channels vary fastest).
 * The published data set has three channels: pre-contrast, FLAIR, post-contrast.
 */
export interface Slice {
  readonly data: PixelData;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** One patient's slices, axes [slices, height, width, channels] in C order. */
export interface Volume {
  readonly data: PixelData;
  readonly slices: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** A binary outline: 1 is tumor, 0 is not. Shape is [height, width] or [slices, height, width], C order. */
export interface Mask {
  readonly data: Uint8Array;
  readonly shape: readonly number[];
}

/** Tumor probability from 0 to 1 for each pixel; shape as in {@linkcode Mask}. */
export interface ProbabilityMap {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/**
 * The number of elements in an array of the given shape; 1 for the empty shape (a scalar).
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(sizeOf([2, 256, 256]), 131072);
 * ```
 */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1);
}

/**
 * The mask of slice number `index` (from 0) of a volume's mask [slices, height, width]: [height, width], a view on
 * the same memory.
 *
 * @throws {RangeError} when the mask has no such slice.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const mask = { data: new Uint8Array([1, 0, 1, 1]), shape: [2, 1, 2] };
 * assert.deepEqual(sliceOfMask(mask, 1), { data: new Uint8Array([1, 1]), shape: [1, 2] });
 * ```
 */
export function sliceOfMask({ data, shape: [slices, height, width] }: Mask, index: number): Mask {
  assertSliceIndex(index, slices);
  const size = height * width;
  return { data: data.subarray(index * size, (index + 1) * size), shape: [height, width] };
}

function assertSliceIndex(index: number, slices: number): void {
  if (Number.isInteger(index) && index >= 0 && index < slices) return;
  throw new RangeError(
    `Cannot take a slice as its index must be an integer from 0 to ${
      slices - 1
    }: current value is ${index}`,
  );
}

/**
 * Slice number `index` (from 0) of a volume, as a view on the same memory.
 *
 * @throws {RangeError} when the volume has no such slice.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const volume = { data: new Uint8Array([1, 2, 3, 4]), slices: 2, height: 1, width: 2, channels: 1 };
 * assert.deepEqual(sliceOf(volume, 1).data, new Uint8Array([3, 4]));
 * ```
 */
export function sliceOf(volume: Volume, index: number): Slice {
  const { data, slices, height, width, channels } = volume;
  assertSliceIndex(index, slices);
  const size = height * width * channels;
  return { data: data.subarray(index * size, (index + 1) * size), height, width, channels };
}
