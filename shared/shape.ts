/**
 * Checks that an array has the length its shape promises, and that two arrays share one shape.
 *
 * @module
 */

import { sizeOf } from "./volume.ts";

/** An array with its axis lengths, such as a mask or a probability map. */
export interface Shaped {
  readonly data: { readonly length: number };
  readonly shape: readonly number[];
}

/**
 * A shape as people write it: `20x256x256`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(formatShape([20, 256, 256]), "20x256x256");
 * ```
 */
export function formatShape(shape: readonly number[]): string {
  return shape.join("x");
}

/**
 * Refuses an array whose length is not what its shape says.
 *
 * @param action What the caller was about to do, as in "measure Dice".
 * @param name What the array is, as in "prediction".
 * @throws {TypeError} when the shape has a negative or fractional length, or the data another size.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const mask = { data: new Uint8Array(3), shape: [2, 2] };
 * assert.throws(
 *   () => assertFillsShape("measure Dice", "prediction", mask),
 *   /the prediction of shape 2x2 must hold 4 values: current value is 3/,
 * );
 * ```
 */
export function assertFillsShape(action: string, name: string, { data, shape }: Shaped): void {
  if (!shape.every((length) => Number.isInteger(length) && length >= 0)) {
    throw new TypeError(
      `Cannot ${action} as the ${name}'s axis lengths must be whole numbers: ` +
        `current value is ${formatShape(shape)}`,
    );
  }
  if (data.length !== sizeOf(shape)) {
    throw new TypeError(
      `Cannot ${action} as the ${name} of shape ${formatShape(shape)} must hold ` +
        `${sizeOf(shape)} values: current value is ${data.length}`,
    );
  }
}

/**
 * Refuses a prediction and a reference of different shapes.
 *
 * @param action What the caller was about to do, as in "measure Dice".
 * @throws {TypeError} when the shapes differ, or an array does not fill its own.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const wide = { data: new Uint8Array(2), shape: [1, 2] };
 * const tall = { data: new Uint8Array(2), shape: [2, 1] };
 * assert.throws(() => assertSameShape("measure Dice", wide, tall), /shape 1x2: current value is 2x1/);
 * ```
 */
export function assertSameShape(action: string, prediction: Shaped, reference: Shaped): void {
  assertFillsShape(action, "prediction", prediction);
  assertFillsShape(action, "reference", reference);
  const { shape } = prediction;
  if (
    shape.length !== reference.shape.length || shape.some((n, axis) => n !== reference.shape[axis])
  ) {
    throw new TypeError(
      `Cannot ${action} as the reference must have the prediction's shape ${formatShape(shape)}: ` +
        `current value is ${formatShape(reference.shape)}`,
    );
  }
}

/**
 * The axes [slices, height, width] of a slice or a volume; a lone slice [height, width] counts as one of them.
 *
 * @param action What the caller was about to do, as in "find the largest component".
 * @throws {TypeError} when the shape has other than two or three axes.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.deepEqual(spatialShape("measure a mask", [256, 128]), [1, 256, 128]);
 * ```
 */
export function spatialShape(
  action: string,
  shape: readonly number[],
): [slices: number, height: number, width: number] {
  if (shape.length !== 2 && shape.length !== 3) {
    throw new TypeError(
      `Cannot ${action} as the mask's shape must be [height, width] or [slices, height, width]: ` +
        `current value is ${formatShape(shape)}`,
    );
  }
  const [width, height, slices = 1] = shape.toReversed();
  return [slices, height, width];
}
