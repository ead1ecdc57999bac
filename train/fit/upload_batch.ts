/**
 * A batch's way from the program's memory to the engine's.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { InputBatch } from "../data/training_input.ts";
import { bfloat16Tensor } from "../engine/kernels/bfloat16.ts";
import type { Batch } from "./training_step.ts";

type Shape = [number, number, number, number];

/**
 * Copies numbers to the engine. Left to itself tfjs does that when an operation first needs them, which would be at
 * the start of a step; so one number of them is needed here.
 */
function upload<Type extends "float32" | "bool">(
  data: tf.DataTypeMap[Type],
  shape: Shape,
  type: Type,
): tf.Tensor4D {
  const tensor = tf.tensor4d(data, shape, type);
  if (tensor.size > 0) tf.slice(tensor, [0, 0, 0, 0], [1, 1, 1, 1]).dispose();
  return tensor;
}

/**
 * A batch on the engine, to be disposed of. Its arrays may be overwritten once a step with it is issued. Masks become
 * tensors of type bool, which take TensorFlow a byte for each pixel, a quarter of what float32 would; images that were
 * rounded to bfloat16 become tensors of that.
 *
 * @throws {Error} when images are bfloat16 and the engine is not TensorFlow.
 */
export function uploadBatch({ image, mask, shape }: InputBatch): Batch {
  const [slices, height, width, channels] = shape;
  const imageShape: Shape = [slices, height, width, channels];
  return {
    image: image instanceof Uint16Array
      ? bfloat16Tensor(image, imageShape)
      : upload(image, imageShape, "float32"),
    mask: upload(mask, [slices, height, width, 1], "bool"),
  };
}
