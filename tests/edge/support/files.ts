/** Files of the repository that the edge's tests use. */

import { type ModelFiles, readModel } from "../../../edge/model_files.ts";

export const root = new URL("../../../", import.meta.url);

/** A file's bytes, by its path in the repository. */
export function readBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
  return Deno.readFile(new URL(path, root));
}

/** Path of a real slice with a tumor, in the published layout; its mask's path ends in `_mask.tif`. */
export const slicePath = "train/sample/TCGA_CS_4943_20000902/TCGA_CS_4943_20000902_17.tif";
export const maskPath = slicePath.replace(".tif", "_mask.tif");

/** The model the repository ships, with ONNX Runtime's WebAssembly. */
export async function readReference(): Promise<ModelFiles & { wasmBinary: Uint8Array }> {
  const wasm = import.meta.resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm");
  return {
    ...await readModel(new URL("edge/models/reference/", root)),
    wasmBinary: await Deno.readFile(new URL(wasm)),
  };
}
