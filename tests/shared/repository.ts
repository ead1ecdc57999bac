/**
 * Files of this repository, for tests that run under Deno and, bundled, under Node.
 *
 * @module
 */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

// The bundle for Node lies elsewhere, so its build puts this folder's path in the place of `import.meta.dirname`.
const root = join(import.meta.dirname!, "..", "..");

/** The bytes of a file, named from the root of the repository. */
export function readRepositoryFile(path: string): Uint8Array {
  return new Uint8Array(readFileSync(join(root, path)));
}

/** The bytes of a file in tests/fixtures. */
export function readFixture(name: string): Uint8Array {
  return readRepositoryFile(`tests/fixtures/${name}`);
}

/** The names of the files in a folder, named from the root of the repository. */
export function listRepositoryFolder(path: string): string[] {
  return readdirSync(join(root, path)).sort();
}
