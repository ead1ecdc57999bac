/**
 * What to do where a training asks for more memory than there is.
 *
 * @module
 */

import { counted } from "../terminal/counted.ts";

/** What decides how much memory a step takes. */
export interface StepSize {
  /** Slices a step. */
  readonly batchSize: number;
  /** Of what the network sees, after downsampling. */
  readonly height: number;
  readonly width: number;
}

/** A training that is too large for the machine. */
export class OutOfMemoryError extends Error {
  override readonly name = "OutOfMemoryError";
}

/** JavaScript's words for arrays that cannot be had, TensorFlow's, and WebAssembly's. */
const complaints =
  /array buffer allocation failed|invalid typed array length|\bOOM\b|RESOURCE_EXHAUSTED|out of memory/i;

/**
 * The error itself, or, where it says that memory is used up, one that names what takes it and what would help.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const size = { batchSize: 800, height: 192, width: 160 };
 * const error = explainOutOfMemory(new RangeError("Array buffer allocation failed"), size) as Error;
 * assert.match(error.message, /800 slices of 160 x 192 pixels: .* --batch-size/);
 * assert.equal(explainOutOfMemory(new TypeError("no"), size).message, "no");
 * ```
 */
export function explainOutOfMemory<T>(
  error: T,
  { batchSize, height, width }: StepSize,
): T | OutOfMemoryError {
  if (!(error instanceof Error) || !complaints.test(error.message)) return error;
  return new OutOfMemoryError(
    `Cannot train as a step must fit into memory, with ${
      counted(batchSize, "slice")
    } of ${width} x ${height} pixels: ` +
      `a smaller --batch-size or --crop, fewer --features or a larger --downsampling needs less (${error.message})`,
    { cause: error },
  );
}
