/**
 * A batch's way from the program's memory to the engine's.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import type { InputBatch } from "../data/training_input.ts";
import { bringTensor } from "../engine/kernels/transfers.ts";

/** Slices to learn from, on the engine. */
export interface Batch {
  /** Preprocessed slices, [batch, height, width, channels]. */
  readonly image: tf.Tensor4D;
  /** Reference masks, [batch, height, width, 1], 0 or 1; of type bool where they come from {@linkcode uploadBatch}. */
  readonly mask: tf.Tensor4D;
}

/**
 * Brings a batch to the engine, to be disposed of there. Masks become tensors of type bool, which take TensorFlow a byte
 * for each pixel, a quarter of what float32 would; images that were rounded to bfloat16 become tensors of that.
 *
 * @param batch Its arrays may be overwritten once the promise is fulfilled. A GPU under TensorFlow takes until then to
 * do what it was told before, and copies them meanwhile.
 * @throws {Error} when images are bfloat16 and the engine is not TensorFlow.
 */
export async function uploadBatch({ image, mask, shape }: InputBatch): Promise<Batch> {
  const [slices, height, width, channels] = shape;
  const images = bringTensor(image, [slices, height, width, channels]);
  const masks = bringTensor(mask, [slices, height, width, 1]);
  return { image: await images, mask: await masks };
}
