/**
 * What is installed, told by a note beside the libraries. The note is the last thing an installation
 * writes, and the folder gets its name only then, so a folder with a note is whole.
 *
 * @module
 */
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Variant, WheelSet } from "./tensorflow_wheels.ts";

/** The note of a finished installation. */
export interface Installation {
  readonly version: string;
  readonly variant: Variant;
  /** SHA-256 of every wheel that went in, by file. */
  readonly wheels: Readonly<Record<string, string>>;
  /** Size in bytes of TensorFlow's own libraries, by path. */
  readonly libraries: Readonly<Record<string, number>>;
}

const note = "tensorflow/installed.json";

/** What is installed in a folder; undefined when nothing is, or a library is missing or has another size. */
export async function readInstallation(folder: string): Promise<Installation | undefined> {
  try {
    const installation = JSON.parse(await readFile(join(folder, note), "utf8")) as Installation;
    for (const [path, size] of Object.entries(installation.libraries)) {
      if ((await stat(join(folder, path))).size !== size) return undefined;
    }
    return installation;
  } catch {
    return undefined;
  }
}

/** Writes the note of a finished installation. */
export async function writeInstallation(
  folder: string,
  set: WheelSet,
  version: string,
): Promise<Installation> {
  const libraries: Record<string, number> = {};
  for (const path of Object.keys(set.libraries)) {
    libraries[path] = (await stat(join(folder, path))).size;
  }
  const installation: Installation = {
    version,
    variant: set.variant,
    wheels: Object.fromEntries(set.wheels.map(({ file, sha256 }) => [file, sha256])),
    libraries,
  };
  await writeFile(join(folder, note), JSON.stringify(installation, null, 2) + "\n");
  return installation;
}

/** Whether an installation is the given set, file by file. */
export function isInstallationOf(installation: Installation, set: WheelSet): boolean {
  return installation.variant === set.variant &&
    set.wheels.every(({ file, sha256 }) => installation.wheels[file] === sha256);
}
