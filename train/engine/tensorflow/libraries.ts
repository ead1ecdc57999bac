/**
 * Where TensorFlow's two libraries are.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { lackOfProcessor } from "./processor.ts";

/** Points to a folder with TensorFlow's libraries that somebody else installed. */
export const libraryVariable = "GLIOMAP_TENSORFLOW";

/** Where `deno task setup` installs: the libraries are in `tensorflow`, what they need beside it. */
export const tensorflowFolder = fileURLToPath(new URL("../../../.tensorflow", import.meta.url));

/** TensorFlow's libraries are there, but are damaged or not for this machine. */
export class LibraryError extends Error {
  override readonly name = "LibraryError";
}

/**
 * Makes sure that opening our libraries does not end the process. Those that somebody else installed may have been
 * compiled for any processor.
 *
 * @throws {LibraryError} saying what the processor lacks.
 */
export function assertProcessor(directory: string): void {
  const lack = Deno.env.has(libraryVariable) ? undefined : lackOfProcessor();
  if (!lack) return;
  throw new LibraryError(
    `Cannot use TensorFlow as this machine's processor must have ${lack}, for which its libraries in ` +
      `${directory} were compiled (${libraryVariable} may name others)`,
  );
}

/** Why {@linkcode findTensorFlow} finds nothing, for a person who can change it. */
export function lackOfTensorFlow(): string {
  const named = Deno.env.get(libraryVariable);
  return named === undefined
    ? "TensorFlow is not installed (deno task setup)"
    : `TensorFlow is not in ${named}, which ${libraryVariable} names`;
}

/** The folder that holds TensorFlow's libraries, or undefined when they are not installed. */
export function findTensorFlow(): string | undefined {
  const directory = Deno.env.get(libraryVariable) ?? join(tensorflowFolder, "tensorflow");
  const names = ["libtensorflow_framework.so.2", "libtensorflow_cc.so.2"];
  return names.every((name) => existsSync(`${directory}/${name}`)) ? directory : undefined;
}
