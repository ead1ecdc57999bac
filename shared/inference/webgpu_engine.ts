/**
 * Runs a model of ours on a GPU, through ONNX Runtime Web's WebGPU.
 *
 * @module
 */

import {
  configureRuntime,
  type Engine,
  engineOf,
  type EngineOptions,
  hideOpaqueLocation,
  type Runtime,
} from "./engine.ts";

/** What a browser or Deno says of its GPUs. */
interface GpuNavigator {
  readonly gpu?: {
    requestAdapter(): Promise<{ readonly info: { readonly isFallbackAdapter?: boolean } } | null>;
  };
}

/**
 * Whether there is a GPU. Software that stands in for one, which a browser calls a fallback adapter, does not count:
 * it took seven times as long as one thread of WebAssembly.
 */
export async function hasGpu(): Promise<boolean> {
  const { gpu } = navigator as GpuNavigator;
  try {
    const adapter = await gpu?.requestAdapter();
    return adapter ? !adapter.info.isFallbackAdapter : false;
  } catch {
    return false;
  }
}

/**
 * Loads a model on the GPU; as {@linkcode createEngine} in `engine.ts`, with the WebAssembly
 * `ort-wasm-simd-threaded.asyncify.wasm`.
 *
 * @throws {Error} when there is no adapter, or the model cannot be run on it.
 */
export async function createWebGpuEngine({ model, ...settings }: EngineOptions): Promise<Engine> {
  hideOpaqueLocation();
  const runtime: Runtime = await import("onnxruntime-web/webgpu");
  configureRuntime(runtime, settings);
  return await engineOf(runtime, model, { executionProviders: ["webgpu"] });
}
