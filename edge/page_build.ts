/**
 * Builds the page: TypeScript and style by esbuild, everything else as it is.
 *
 * @module
 */

import { build, type Metafile, stop } from "esbuild";
import { assetPaths, type Assets } from "./assets.ts";
import { type Group, groupFiles } from "./bundle_budget.ts";
import { bundleOptions } from "./bundle_options.ts";
import { withPolicy } from "./content_security_policy.ts";
import type { ModelFiles } from "./model_files.ts";
import {
  offeredModelsPath,
  offerModel,
  pageModelFiles,
  pageModelLicence,
} from "./offered_model.ts";
import { samples } from "./samples.ts";
import { buildServiceWorker } from "./service_worker_build.ts";

const root = new URL("../", import.meta.url);

/** ONNX Runtime's WebAssembly for the GPU; downloaded by browsers that have one. */
const webgpuWasmName = "ort-wasm-simd-threaded.asyncify.wasm";

/** What a browser keeps only once it has been used, as it does all models but the default. */
const rarelyUsed: readonly Group[] = ["gpu", "3d view", "model"];

/** What a page is built around. */
export interface PageParts {
  /** The models on offer; the first is the default. */
  readonly models: readonly ModelFiles[];
  /** ONNX Runtime's WebAssembly. */
  readonly wasmBinary: Uint8Array;
}

/**
 * The page around some models; the samples are read again when asked for, the rest is there at once.
 *
 * @param onBuilt Gets esbuild's accounts of what went into which file: the page's, then its service worker's.
 */
export async function buildPage(
  { models, wasmBinary }: PageParts,
  onBuilt?: (metafile: Metafile) => void,
): Promise<Assets> {
  const assets = new Map<string, () => Promise<Uint8Array>>();
  const bundle = await build({
    ...bundleOptions,
    entryPoints: {
      page: "edge/web/page.ts",
      worker: "shared/inference/worker.ts",
      webgpu_worker: "shared/inference/webgpu_worker.ts",
      reader: "edge/web/open/reader_worker.ts",
      server: "edge/web/segment/server_worker.ts",
      measure: "edge/web/result/measure_worker.ts",
      dicom: "edge/web/save/dicom_worker.ts",
      nifti: "edge/web/save/nifti_worker.ts",
      style: "edge/web/style/page.css",
    },
    // Formats that niivue knows and nobody can open here.
    external: [...bundleOptions.external, "numcodecs/*"],
    outdir: "assets",
    splitting: true,
    chunkNames: "chunk-[hash]",
    metafile: true,
  });
  onBuilt?.(bundle.metafile);
  for (const { path, contents } of bundle.outputFiles) {
    assets.set(`assets/${path.split(/[\\/]/).at(-1)}`, () => Promise.resolve(contents));
  }
  const read = (path: string) => () => Deno.readFile(new URL(path, root));
  const html = await Deno.readTextFile(new URL("edge/web/index.html", root));
  const index = new TextEncoder().encode(withPolicy(html));
  assets.set(assetPaths.index, () => Promise.resolve(index));
  assets.set("assets/icon.svg", read("edge/web/icon.svg"));
  for (const { name, patient } of samples) {
    for (const file of [`${name}.tif`, `${name}_mask.tif`]) {
      assets.set(`assets/samples/${file}`, read(`train/sample/${patient}/${file}`));
    }
  }
  assets.set("assets/samples/LICENSE.txt", read("train/sample/LICENSE.md"));
  const webgpuWasm = new URL(import.meta.resolve(`onnxruntime-web/${webgpuWasmName}`));
  assets.set(`assets/${webgpuWasmName}`, () => Deno.readFile(webgpuWasm));
  assets.set(assetPaths.wasm, () => Promise.resolve(wasmBinary));
  addModels(assets, models);
  const groupOf = groupFiles(bundle.metafile),
    { card, model } = pageModelFiles(models[0].card.name);
  const isKept = (path: string) =>
    path === card || path === model || !rarelyUsed.includes(groupOf(`page/${path}`));
  const serviceWorker = await buildServiceWorker(assets, isKept, onBuilt);
  await stop();
  assets.set(assetPaths.serviceWorker, () => Promise.resolve(serviceWorker));
  return assets;
}

function addModels(
  assets: Map<string, () => Promise<Uint8Array>>,
  models: readonly ModelFiles[],
): void {
  const offered = models.map(({ card, model }) => offerModel(card, model));
  const list = new TextEncoder().encode(JSON.stringify(offered));
  assets.set(offeredModelsPath, () => Promise.resolve(list));
  for (const { card: { name }, cardBytes, model, licence } of models) {
    const paths = pageModelFiles(name);
    assets.set(paths.card, () => Promise.resolve(cardBytes));
    assets.set(paths.model, () => Promise.resolve(model));
    if (licence) assets.set(pageModelLicence(name), () => Promise.resolve(licence));
  }
}
