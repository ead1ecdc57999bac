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

/**
 * The GPU that WebGPU would take, software that stands in for one included; undefined where there is none.
 *
 * @example
 * ```ts
 * const gpu = await findGpu();
 * console.log(gpu ? `${gpu.vendor} ${gpu.description}` : "no WebGPU here");
 * ```
 */
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
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const provider = await hasGpu() ? "webgpu" : "wasm";
 * if (provider === "webgpu") assert.notEqual((await findGpu())?.isFallbackAdapter, true);
 * ```
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
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readFile } from "node:fs/promises";
 * import { fileURLToPath } from "node:url";
 *
 * const wasm = import.meta.resolve("onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm");
 * if (await hasGpu()) {
 *   const engine = await createWebGpuEngine({
 *     model: await readFile("edge/models/preview/model.onnx"),
 *     wasmBinary: await readFile(fileURLToPath(wasm)),
 *   });
 *   const black = new Float32Array(3 * 64 * 64);
 *   assert.equal((await engine.run(black, [1, 3, 64, 64])).length, 64 * 64);
 *   await engine.release();
 * }
 * ```
 */
export async function createWebGpuEngine(options: EngineOptions): Promise<Engine> {
  hideOpaqueLocation();
  const runtime: Runtime = await import("onnxruntime-web/webgpu");
  return await startEngine(runtime, options, { executionProviders: ["webgpu"] });
}
