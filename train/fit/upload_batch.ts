/**
 * A batch's way from the program's memory to the engine's.
 *
 * @module
 */
import type { InputBatch } from "../data/training_input.ts";
import { bringTensor } from "../engine/kernels/transfers.ts";
import type { Batch } from "./training_step.ts";

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
