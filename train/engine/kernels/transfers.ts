/**
 * Numbers on their way to the engine and back that nobody waits for, where the engine is a GPU under TensorFlow. The
 * thread that tells a GPU what to do would otherwise stand still at each of them until the GPU has done all it was told.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { dataType } from "../tensorflow/data_type.ts";
import { bfloat16Tensor } from "./bfloat16.ts";
import { type TensorFlowBackend, tensorFlowBackend } from "./tensorflow_backend.ts";

type Shape = [number, number, number, number];
/** What a batch consists of: float32, the bits of bfloat16, or bytes that are 0 or 1. */
type Pixels = Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

/** TensorFlow's backend where it computes on a GPU. */
function gpuBackend(): TensorFlowBackend | undefined {
  if (tf.getBackend() !== "tensorflow") return undefined;
  const backend = tensorFlowBackend();
  return backend.binding.isUsingGpuDevice() ? backend : undefined;
}

/** Whether numbers that are brought to the engine come there while the program goes on. */
export function bringsInBackground(): boolean {
  return gpuBackend() !== undefined;
}

/**
 * Brings numbers to the engine.
 *
 * @param pixels Float32, bits of bfloat16, or bytes that are 0 or 1, which become a tensor of type bool. They may be
 * overwritten once the promise is fulfilled.
 * @returns Fulfilled once the engine has a copy; at once where it is no GPU under TensorFlow.
 * @throws {Error} when they are of bfloat16 and the engine is not TensorFlow.
 */
export async function bringTensor(pixels: Pixels, shape: Shape): Promise<tf.Tensor4D> {
  const gpu = pixels.length > 0 ? gpuBackend() : undefined;
  if (gpu) return await bringInBackground(gpu, pixels, shape);
  if (pixels instanceof Uint16Array) return bfloat16Tensor(pixels, shape);
  // The engine `cpu` would compute with the array itself, and where there is nothing to copy, tfjs keeps it.
  const own = tf.getBackend() === "cpu" || pixels.length === 0 ? pixels.slice() : pixels;
  const tensor = tf.tensor4d(own, shape, own instanceof Uint8Array ? "bool" : "float32");
  // Left to itself tfjs copies numbers when an operation first needs them, which would be at the start of a step.
  if (tensor.size > 0) tf.slice(tensor, [0, 0, 0, 0], [1, 1, 1, 1]).dispose();
  return tensor;
}

async function bringInBackground(
  backend: TensorFlowBackend,
  pixels: Pixels,
  shape: Shape,
): Promise<tf.Tensor4D> {
  // To tfjs bfloat16 is float32.
  const dtype = pixels instanceof Uint8Array ? dataType.bool : dataType.float;
  const id = await backend.binding.createTensorLater(shape, dtype, pixels);
  return backend.createOutputTensor({ id, shape, dtype }) as tf.Tensor4D;
}

/**
 * Reads a number as soon as the engine has it, also while that is told what to do next.
 *
 * @param scalar Kept by the caller until the promise is fulfilled.
 */
export async function readNumber(scalar: tf.Scalar): Promise<number> {
  const gpu = gpuBackend();
  if (!gpu) return (await scalar.data())[0];
  const [id] = gpu.getInputTensorIds([scalar]);
  return Number((await gpu.binding.tensorDataLater(id))[0]);
}

/** Numbers for an operation that brings them to the engine's device itself, so that no copy is waited for before it. */
export function numbersOnHost(values: number[]): tf.Tensor1D {
  const gpu = gpuBackend();
  if (!gpu) return tf.tensor1d(values);
  const shape = [values.length], dtype = dataType.float;
  const id = gpu.binding.createTensorOnHost(shape, dtype, Float32Array.from(values));
  return gpu.createOutputTensor({ id, shape, dtype }) as tf.Tensor1D;
}
