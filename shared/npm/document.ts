/**
 * Pages of documentation out of the docstrings, by `deno doc`.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

/**
 * Writes a page for each module and for each of its names.
 *
 * @param folder Where the modules are.
 * @param modules Their paths in that folder.
 * @param out Where the pages go; `all_symbols.html` lists them all.
 * @throws {Error} with what `deno doc` says when it fails.
 */
export function document(
  name: string,
  folder: string,
  modules: readonly string[],
  out: string,
): void {
  const paths = modules.map((module) => join(folder, module));
  const args = ["doc", "--quiet", "--html", `--name=${name}`, `--output=${out}`, ...paths];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`Cannot write the documentation as deno doc failed: ${stderr}`);
  for (const page of globSync("**/*.html", { cwd: out })) nameModules(join(out, page), name);
}

/** Whoever has the package imports "@gliomap/shared/dice", not "dice.ts". */
function nameModules(page: string, name: string): void {
  const text = readFileSync(page, "utf8");
  writeFileSync(page, text.replace(/(from &quot;|from ")([\w/]+)\.ts/g, `$1${name}/$2`));
}
