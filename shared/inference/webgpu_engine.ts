/**
 * Runs a model of ours on a GPU, through ONNX Runtime Web's WebGPU.
 *
 * @module
 */

import {
  type Engine,
  type EngineOptions,
  hideOpaqueLocation,
  type Runtime,
  startEngine,
} from "./engine.ts";

/** What a browser or Deno says of a GPU. */
export interface GpuInfo {
  readonly vendor: string;
  readonly architecture: string;
  readonly description: string;
  readonly isFallbackAdapter?: boolean;
}

interface GpuNavigator {
  readonly gpu?: { requestAdapter(): Promise<{ readonly info: GpuInfo } | null> };
}

/** The GPU that WebGPU would take, software that stands in for one included; undefined where there is none. */
export async function findGpu(): Promise<GpuInfo | undefined> {
  const { gpu } = navigator as unknown as GpuNavigator;
  try {
    return (await gpu?.requestAdapter())?.info;
  } catch {
    return undefined;
  }
}

/**
 * Whether there is a GPU. Software that stands in for one, which a browser calls a fallback adapter, does not count:
 * it took seven times as long as one thread of WebAssembly.
 */
export async function hasGpu(): Promise<boolean> {
  const gpu = await findGpu();
  return gpu !== undefined && !gpu.isFallbackAdapter;
}

/**
 * Loads a model on the GPU; as {@linkcode createEngine} in `engine.ts`, with the WebAssembly
 * `ort-wasm-simd-threaded.asyncify.wasm`.
 *
 * @throws {Error} when there is no adapter, or the model cannot be run on it.
 */
export async function createWebGpuEngine(options: EngineOptions): Promise<Engine> {
  hideOpaqueLocation();
  const runtime: Runtime = await import("onnxruntime-web/webgpu");
  return await startEngine(runtime, options, { executionProviders: ["webgpu"] });
}
