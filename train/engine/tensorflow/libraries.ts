/**
 * Where TensorFlow's two libraries are.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Points to a folder with TensorFlow's libraries that somebody else installed. */
export const libraryVariable = "GLIOMAP_TENSORFLOW";

/** The folder that `deno task setup` puts the libraries into. */
export const installedLibraries = fileURLToPath(
  new URL("../../../.tensorflow/tensorflow", import.meta.url),
);

/** The folder that holds TensorFlow's libraries, or undefined when they are not installed. */
export function findTensorFlow(): string | undefined {
  const directory = Deno.env.get(libraryVariable) ?? installedLibraries;
  const names = ["libtensorflow_framework.so.2", "libtensorflow_cc.so.2"];
  return names.every((name) => existsSync(`${directory}/${name}`)) ? directory : undefined;
}
