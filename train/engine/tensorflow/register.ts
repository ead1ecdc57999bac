/**
 * Makes TensorFlow a tfjs backend: the kernels of `@tensorflow/tfjs-node-gpu` on {@linkcode TensorFlowBinding}.
 *
 * @module
 */
import "./node_util_shim.ts";
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-node-gpu/dist/register_all_kernels.js";
import { NodeJSKernelBackend } from "@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js";
import type { TFJSBinding } from "@tensorflow/tfjs-node-gpu/dist/tfjs_binding.d.ts";
import { TensorFlowBinding } from "./binding.ts";

let binding: TensorFlowBinding | undefined;

/**
 * Registers the tfjs backend `tensorflow` (once a process; TensorFlow cannot be unloaded).
 *
 * @param directory The folder that holds TensorFlow's two libraries.
 * @returns The binding, which knows TensorFlow's version and devices.
 * @throws {LibraryError} when the libraries cannot be opened.
 */
export function registerTensorFlow(directory: string): TensorFlowBinding {
  if (binding) return binding;
  const opened = binding = new TensorFlowBinding(directory);
  tf.registerBackend(
    "tensorflow",
    () => new NodeJSKernelBackend(opened as unknown as TFJSBinding, "@tensorflow/tfjs-node-gpu"),
  );
  return opened;
}
