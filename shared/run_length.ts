/**
 * Masks as run lengths, short enough for a JSON answer.
 *
 * @module
 */

import { assertFillsShape, formatShape } from "./shape.ts";
import { type Mask, sizeOf } from "./volume.ts";

/**
 * A mask as the lengths of its runs in C order, background and tumor in turn, background first (its run is 0
 * where the mask starts with tumor). The runs add up to the mask's size.
 */
export interface RunLengthMask {
  readonly shape: readonly number[];
  readonly runs: readonly number[];
}

/**
 * The run lengths of a mask. An empty mask is one run; a mask without pixels has none.
 *
 * @throws {TypeError} when the data does not fill the mask's shape.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const mask = { data: new Uint8Array([1, 1, 0, 0, 0, 1]), shape: [2, 3] };
 * assert.deepEqual(encodeRunLength(mask), { shape: [2, 3], runs: [0, 2, 3, 1] });
 * ```
 */
export function encodeRunLength(mask: Mask): RunLengthMask {
  assertFillsShape("encode run lengths", "mask", mask);
  const runs: number[] = [];
  let tumor = false, run = 0;
  for (const value of mask.data) {
    if ((value !== 0) !== tumor) {
      runs.push(run);
      tumor = !tumor;
      run = 0;
    }
    run++;
  }
  if (run > 0) runs.push(run);
  return { shape: [...mask.shape], runs };
}

/**
 * The mask that run lengths describe.
 *
 * @throws {TypeError} when the shape is not made of whole numbers.
 * @throws {RangeError} when a run is not a whole number, or the runs do not add up to the shape's size.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const mask = decodeRunLength({ shape: [2, 3], runs: [0, 2, 3, 1] });
 * assert.deepEqual(mask.data, new Uint8Array([1, 1, 0, 0, 0, 1]));
 * ```
 */
export function decodeRunLength({ shape, runs }: RunLengthMask): Mask {
  if (!shape.every((length) => Number.isInteger(length) && length >= 0)) {
    throw new TypeError(
      "Cannot decode run lengths as the axis lengths must be whole numbers from 0: " +
        `current value is ${formatShape(shape)}`,
    );
  }
  const wrong = runs.find((run) => !Number.isInteger(run) || run < 0);
  if (wrong !== undefined) {
    throw new RangeError(
      `Cannot decode run lengths as every run must be a whole number from 0: current value is ${wrong}`,
    );
  }
  const total = runs.reduce((sum, run) => sum + run, 0);
  // Compared before anything is allocated: shape and runs may come from a stranger.
  if (total !== sizeOf(shape)) {
    throw new RangeError(
      `Cannot decode run lengths as they must add up to the mask's size ${sizeOf(shape)}: ` +
        `current value is ${total}`,
    );
  }
  const data = new Uint8Array(total);
  let start = 0;
  runs.forEach((run, index) => {
    if (index % 2 === 1) data.fill(1, start, start + run);
    start += run;
  });
  return { data, shape: [...shape] };
}
