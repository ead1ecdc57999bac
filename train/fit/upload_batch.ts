/**
 * A batch's way from the program's memory to the engine's.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { InputBatch } from "../data/training_input.ts";
import type { Batch } from "./training_step.ts";

/**
 * Copies numbers to the engine. Left to itself tfjs does that when an operation first needs them, which would be at
 * the start of a step; so one number of them is needed here.
 */
function upload<Type extends "float32" | "bool">(
  data: tf.DataTypeMap[Type],
  shape: [number, number, number, number],
  type: Type,
): tf.Tensor4D {
  const tensor = tf.tensor4d(data, shape, type);
  if (tensor.size > 0) tf.slice(tensor, [0, 0, 0, 0], [1, 1, 1, 1]).dispose();
  return tensor;
}

/**
 * A batch on the engine, to be disposed of. Its arrays may be overwritten once a step with it is issued. Masks become
 * tensors of type bool, which take TensorFlow a byte for each pixel, a quarter of what float32 would.
 */
export function uploadBatch({ image, mask, shape }: InputBatch): Batch {
  const [slices, height, width, channels] = shape;
  return {
    image: upload(image, [slices, height, width, channels], "float32"),
    mask: upload(mask, [slices, height, width, 1], "bool"),
  };
}
