/**
 * Where ONNX Runtime's native library is, which is not among the project's packages as few need its 100 MB.
 *
 * @module
 */

/** The version that is installed; its packages' hashes are in `onnxruntime.lock`. */
export const nativeVersion = "1.30.0";

/** A folder of its own, made by `deno task setup:native`. */
export const nativeFolder = new URL("../../.onnxruntime/", import.meta.url);

/** The folder of the version within it; an installation gets this name when it is whole. */
export function versionFolder(folder = nativeFolder): URL {
  return new URL(`${nativeVersion}/`, folder);
}

/** The package's folder within that of a version. */
export const packagePath = "node_modules/onnxruntime-node/";

/** The module to load. */
export const nativeModule = new URL(`${packagePath}dist/index.js`, versionFolder());

/** Whether this version is installed. */
export async function isNativeInstalled(folder = nativeFolder): Promise<boolean> {
  return await Deno.stat(versionFolder(folder)).then(({ isDirectory }) => isDirectory, () => false);
}
