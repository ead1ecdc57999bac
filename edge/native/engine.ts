/**
 * Runs a model of ours on ONNX Runtime's native library: on the CPU, some four times as fast as WebAssembly. Needs
 * the permission to load it, `--allow-ffi`.
 *
 * @module
 */

import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import {
  type Engine,
  engineOf,
  type EngineOptions,
  type Runtime,
} from "../../shared/inference/engine.ts";
import { nativeModule } from "./installation.ts";

/**
 * Loads a model; as {@linkcode createEngine} in `engine.ts`, and with the same answers but for rounding.
 *
 * @throws {Error} when the library is not installed or may not be loaded, or the bytes are no model for it.
 */
export async function createNativeEngine({ model, threads = 1 }: EngineOptions): Promise<Engine> {
  const runtime: Runtime = createRequire(import.meta.url)(fileURLToPath(nativeModule));
  return await engineOf(runtime, model, {
    executionProviders: ["cpu"],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
  });
}
