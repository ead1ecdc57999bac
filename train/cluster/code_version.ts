/**
 * Tells whether two processes run the same code.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** A digest of everything that decides what a step computes: our modules, and the packages' exact versions. */
export async function codeVersion(): Promise<string> {
  const files = ["deno.lock"];
  for (const folder of ["shared", "train"]) {
    const names = await readdir(join(root, folder), { recursive: true });
    files.push(...names.filter((name) => name.endsWith(".ts")).map((name) => join(folder, name)));
  }
  const hash = createHash("sha256");
  for (const file of files.sort()) hash.update(file).update(await readFile(join(root, file)));
  return hash.digest("hex").slice(0, 12);
}
