/**
 * Builds all of `dist/` in memory: the page with the models, the edge function and its decoding thread.
 *
 * @module
 */

import { build, type Metafile, stop } from "esbuild";
import { builtinModules } from "node:module";
import type { ModelCard } from "../shared/model_card.ts";
import { bundleOptions } from "./bundle_options.ts";
import { defaultModel } from "./default_model.ts";
import { readRuntimeWasm } from "./engines.ts";
import { findModels, type ModelFiles, readModel } from "./model_files.ts";
import { buildPage } from "./page_build.ts";

/** A bundle that is not written yet. */
export interface Bundle {
  /** The files by their path in `dist/`. */
  readonly files: ReadonlyMap<string, () => Promise<Uint8Array>>;
  /** esbuild's accounts of what went in; the page's is the first. */
  readonly metafiles: readonly Metafile[];
  readonly models: readonly ModelCard[];
}

/** All models, the default first. */
async function readShipped(): Promise<ModelFiles[]> {
  const folders = await findModels(new URL("models/", import.meta.url));
  const rank = ({ card }: ModelFiles) => card.name === defaultModel ? 0 : 1;
  return (await Promise.all(folders.map(readModel))).sort((a, b) => rank(a) - rank(b));
}

/**
 * Builds everything.
 *
 * @throws {Error} naming the model that is not whole, or what esbuild cannot build.
 */
export async function buildBundle(): Promise<Bundle> {
  const models = await readShipped(), wasmBinary = await readRuntimeWasm();
  const files = new Map<string, () => Promise<Uint8Array>>(), metafiles: Metafile[] = [];
  for (
    const [path, read] of await buildPage({ models, wasmBinary }, (built) => metafiles.push(built))
  ) {
    files.set(`page/${path}`, read);
  }
  for (const [name, source] of [["edge.js", "function.ts"], ["decoder.js", "decoding/worker.ts"]]) {
    const bundle = await build({
      ...bundleOptions,
      // Prometheus's client is CommonJS and asks for Node's own modules, which Deno has.
      external: ["node:*", ...builtinModules],
      banner: {
        js: 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);',
      },
      entryPoints: [`edge/${source}`],
      outfile: `dist/${name}`,
      metafile: true,
    });
    metafiles.push(bundle.metafile);
    files.set(name, () => Promise.resolve(bundle.outputFiles[0].contents));
  }
  await stop();
  return { files, metafiles, models: models.map(({ card }) => card) };
}
