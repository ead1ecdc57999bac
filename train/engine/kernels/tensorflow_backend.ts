/**
 * tfjs's backend for TensorFlow, as far as its types hide or do not know it.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { TensorFlowBinding, TensorMetadata } from "../tensorflow/binding.ts";

/** What tfjs-node's backend has besides. */
export interface TensorFlowBackend {
  readonly binding: TensorFlowBinding;
  /** What the binding calls the tensors, which are brought to TensorFlow where they are not there yet. */
  getInputTensorIds(tensors: readonly tf.Tensor[]): number[];
  /** A tensor for what the binding has already. */
  createOutputTensor(metadata: TensorMetadata): tf.Tensor;
}

/** The current backend, which must be `tensorflow`. */
export function tensorFlowBackend(): TensorFlowBackend {
  return tf.backend() as unknown as TensorFlowBackend;
}
