/**
 * Where ONNX Runtime's native library is, which is not among the project's packages as few need its 100 MB.
 *
 * @module
 */

/** A folder of its own, made by `deno task setup:native`. */
export const nativeFolder = new URL("../../.onnxruntime/", import.meta.url);

/** The version that is installed; its packages' hashes are in `onnxruntime.lock`. */
export const nativeVersion = "1.30.0";

const library = new URL("node_modules/onnxruntime-node/", nativeFolder);

/** The module to load. */
export const nativeModule = new URL("dist/index.js", library);

/** The folder of its libraries for each system. */
export const nativeBinaries = new URL("bin/napi-v6/", library);

/** Whether it is installed. */
export async function isNativeInstalled(): Promise<boolean> {
  return await Deno.stat(nativeModule).then(({ isFile }) => isFile, () => false);
}
