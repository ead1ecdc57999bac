/**
 * ONNX Runtime Web for the command line: its WebAssembly out of the installed package.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** The bytes of ONNX Runtime's WebAssembly. */
export function readRuntimeWasm(): Promise<Uint8Array> {
  const address = import.meta.resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm");
  return readFile(fileURLToPath(address));
}
