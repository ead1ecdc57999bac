/** What the server loads before it listens, all of which the first mask waits for. */

import assert from "node:assert/strict";
import { root } from "./support/files.ts";

interface Module {
  readonly specifier: string;
  readonly dependencies?: readonly {
    readonly isDynamic?: boolean;
    readonly code?: { readonly specifier: string };
  }[];
}

/** The modules that one loads before it runs, by their paths in the repository. */
async function loadedFirst(path: string): Promise<string[]> {
  const start = new URL(path, root).href;
  const command = new Deno.Command(Deno.execPath(), { args: ["info", "--json", start] });
  const { stdout } = await command.output();
  const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as { modules: Module[] };
  const dependencies = new Map(modules.map(({ specifier, dependencies = [] }) => [
    specifier,
    dependencies.flatMap(({ isDynamic, code }) => isDynamic || !code ? [] : [code.specifier]),
  ]));
  const loaded = new Set([start]);
  for (const module of loaded) for (const next of dependencies.get(module) ?? []) loaded.add(next);
  return [...loaded].map((module) => module.replace(root.href, ""));
}

Deno.test("the server loads no decoder, interface or page before it listens", async () => {
  const loaded = await loadedFirst("edge/server.ts");
  assert.ok(loaded.includes("edge/decoding/thread.ts"));
  const late = /^(edge\/(decoding\/session|app|page_build)|shared\/(image|dicom|nifti)\/)/;
  assert.deepEqual(loaded.filter((module) => late.test(module)), []);
});

Deno.test("the thread that decodes loads the decoders before it is asked", async () => {
  const loaded = await loadedFirst("edge/decoding/worker.ts");
  assert.ok(loaded.includes("shared/image/tiff.ts"));
});
