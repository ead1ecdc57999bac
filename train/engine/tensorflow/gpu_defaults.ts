/**
 * What TensorFlow is told of GPUs through its environment, which it reads as it starts. On a processor it reads none
 * of it.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { resolve } from "node:path";

/**
 * Variables and what they are where the user says nothing. What each of them gained on a GPU is in train/README.md.
 *
 * @see https://github.com/tensorflow/tensorflow/blob/v2.21.0/tensorflow/core/kernels/fused_batch_norm_op.cc
 * @see https://github.com/tensorflow/tensorflow/blob/v2.21.0/tensorflow/core/common_runtime/gpu/gpu_process_state.cc
 * @see https://github.com/tensorflow/tensorflow/blob/v2.21.0/tensorflow/core/util/use_cudnn.cc
 */
export const gpuDefaults = {
  /** Lets cuDNN take its batch norm that reads an image once. */
  TF_USE_CUDNN_BATCHNORM_SPATIAL_PERSISTENT: "1",
  /** Leaves memory to the driver, which has less of it lie idle between tensors than TensorFlow's own allocator. */
  TF_GPU_ALLOCATOR: "cuda_malloc_async",
  /** Has cuDNN take its first choice of algorithms, the same in every run, and not try all of them for each shape. */
  TF_CUDNN_USE_AUTOTUNE: "0",
} as const;

/**
 * Where XLA finds `ptxas` and `libdevice`, to compile for a GPU: in NVIDIA's package beside TensorFlow's folder, as
 * `deno task setup` and pip install it. Nothing where it is not there.
 */
function xlaFlags(directory: string): Record<string, string> {
  const folder = resolve(directory, "../nvidia/cuda_nvcc");
  return existsSync(folder) ? { XLA_FLAGS: `--xla_gpu_cuda_data_dir="${folder}"` } : {};
}

/**
 * Sets {@linkcode gpuDefaults} and XLA's flags, but for what the user's environment has already, even if that is empty.
 *
 * @param directory The folder that holds TensorFlow's libraries.
 */
export function setGpuDefaults(directory: string): void {
  for (const [name, value] of Object.entries({ ...gpuDefaults, ...xlaFlags(directory) })) {
    if (!Deno.env.has(name)) Deno.env.set(name, value);
  }
}
