/**
 * Tensors of bfloat16, which to tfjs are of float32 (see tensorflow/binding.ts).
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { tensorFlowBackend } from "./tensorflow_backend.ts";

/** Whether a tensor on TensorFlow is of bfloat16. */
export function isBfloat16(tensor: tf.Tensor): boolean {
  const backend = tensorFlowBackend(), [id] = backend.getInputTensorIds([tensor]);
  return backend.binding.isBfloat16(id);
}

/**
 * Brings bfloat16 numbers to TensorFlow.
 *
 * @param bits Of the numbers, in C order, as `roundToBfloat16` gives them. They are copied.
 * @throws {Error} when the engine is another one.
 */
export function bfloat16Tensor(
  bits: Uint16Array,
  shape: [number, number, number, number],
): tf.Tensor4D {
  if (tf.getBackend() !== "tensorflow") {
    throw new Error(
      `Cannot bring bfloat16 to the engine as the backend must be tensorflow: current value is ${tf.getBackend()}`,
    );
  }
  const tensor = tf.engine().makeTensor(bits as never, shape, "float32") as tf.Tensor4D;
  // Until TensorFlow has them, tfjs would give the bits for the numbers.
  tensorFlowBackend().getInputTensorIds([tensor]);
  return tensor;
}
