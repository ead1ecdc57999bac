/**
 * Holds an exported model against the network it was exported from.
 *
 * @module
 */
import { createEngine } from "../../shared/inference/engine.ts";
import { readRuntimeWasm } from "./onnx_runtime.ts";

/** Axes of an image: [batch, channels, height, width]. */
export type ImageShape = readonly [number, number, number, number];

/** Scaled slices to compare on. */
export interface CheckImage {
  readonly data: Float32Array;
  readonly shape: ImageShape;
}

/**
 * The trained network's own answer.
 *
 * @param image Scaled values, C order.
 * @returns Probabilities [batch, 1, height, width].
 */
export type Predict = (image: Float32Array, shape: ImageShape) => Promise<Float32Array>;

/** Largest difference of a probability that an export may show. */
export const exportTolerance = 1e-4;

/** An export that does not compute what the network does. */
export class SelfCheckError extends Error {
  override readonly name = "SelfCheckError";
}

/**
 * Runs an exported model on ONNX Runtime Web and the network itself on the same images, and compares.
 *
 * @param images Of several sizes and batches, so that the free axes are known to be free, and such that the
 * network has something to say about them: where it is sure of "no tumor", any error vanishes in the sigmoid.
 * @returns The largest difference of a probability.
 * @throws {SelfCheckError} when it is over {@linkcode exportTolerance} or not a number, naming it.
 */
export async function selfCheck(
  onnx: Uint8Array,
  images: readonly CheckImage[],
  predict: Predict,
): Promise<number> {
  const engine = await createEngine({ model: onnx, wasmBinary: await readRuntimeWasm() });
  try {
    let largest = 0;
    for (const { data, shape } of images) {
      const expected = await predict(data, shape);
      const actual = await engine.run(data, shape);
      largest = Math.max(largest, largestDifference(actual, expected));
    }
    return largest;
  } finally {
    await engine.release();
  }
}

function largestDifference(actual: Float32Array, expected: Float32Array): number {
  if (actual.length !== expected.length) {
    throw new SelfCheckError(
      `Cannot export the model as it must give ${expected.length} probabilities, as the network does: ` +
        `it gives ${actual.length}`,
    );
  }
  let largest = 0;
  for (let index = 0; index < actual.length; index++) {
    const difference = Math.abs(actual[index] - expected[index]);
    // Not `difference > tolerance`: that would let NaN pass.
    if (!(difference <= exportTolerance)) {
      throw new SelfCheckError(
        `Cannot export the model as its probabilities must be within ${exportTolerance} of the network's: ` +
          `the difference is ${difference} (${actual[index]} against ${expected[index]})`,
      );
    }
    largest = Math.max(largest, difference);
  }
  return largest;
}
