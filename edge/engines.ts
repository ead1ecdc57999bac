/**
 * The ways in which a server can run models.
 *
 * @module
 */

import { type EngineChoice, suitsGpu } from "../shared/inference/engine_choice.ts";
import { hasGpu } from "../shared/inference/webgpu_engine.ts";
import { isNativeInstalled } from "./native/installation.ts";

/** What `--engine` may be. */
export const engineNames = ["auto", "webgpu", "wasm", "native"] as const;

/** One of {@linkcode engineNames}. */
export type EngineName = typeof engineNames[number];

/** The address of one of ONNX Runtime Web's files; without a name, of the WebAssembly for processors. */
function runtimeWasm(name = "ort-wasm-simd-threaded.wasm"): string {
  return import.meta.resolve(`onnxruntime-web/${name}`);
}

/** The bytes of the WebAssembly for processors. */
export async function readRuntimeWasm(): Promise<Uint8Array> {
  return await Deno.readFile(new URL(runtimeWasm()));
}

function startWorker(path: string): () => Worker {
  return () => new Worker(new URL(path, import.meta.url), { type: "module" });
}

/**
 * WebAssembly, a thread a worker; everywhere. In Deno it has no more: its build for Node ran with two, and then hung in
 * the second run.
 */
function wasm(): EngineChoice {
  return {
    name: "wasm",
    createWorker: startWorker("../shared/inference/worker.ts"),
    settings: { wasmPath: runtimeWasm() },
  };
}

function webgpu(): EngineChoice {
  return {
    name: "webgpu",
    createWorker: startWorker("../shared/inference/webgpu_worker.ts"),
    settings: { wasmPath: runtimeWasm("ort-wasm-simd-threaded.asyncify.wasm") },
  };
}

async function native(threads: number): Promise<EngineChoice> {
  const { state } = await Deno.permissions.query({ name: "ffi" });
  if (state !== "granted") {
    throw new Error(
      "Cannot use the engine native as it needs --allow-ffi: run deno task edge:native",
    );
  }
  if (!await isNativeInstalled()) {
    throw new Error(
      "Cannot use the engine native as it must be installed: run deno task setup:native",
    );
  }
  return { name: "native", createWorker: startWorker("native/worker.ts"), settings: { threads } };
}

/** What can be asked for beside the engine itself. */
export interface ChooseOptions {
  /** Threads of each worker, with the native library. @default 1 */
  readonly threads?: number;
  /** Tells whether there is a GPU, where that is asked. @default what WebGPU says */
  readonly findsGpu?: () => Promise<boolean>;
}

/**
 * The engines to try, the best first.
 *
 * @param wanted `auto`: WebGPU for the models that suit it, where there is a GPU that is none of software; then WASM.
 * Any other runs all models; `webgpu` on software as well.
 * @throws {Error} when the native library is not there or may not be loaded.
 */
export async function chooseEngines(
  wanted: EngineName,
  { threads = 1, findsGpu = hasGpu }: ChooseOptions = {},
): Promise<EngineChoice[]> {
  if (wanted === "native") return [await native(threads)];
  if (wanted === "webgpu") return [webgpu()];
  const gpu = wanted === "auto" && await findsGpu();
  return [...(gpu ? [{ ...webgpu(), suits: suitsGpu }] : []), wasm()];
}
