/**
 * `deno task bundle`: the page and the edge function into `dist/`.
 *
 * @module
 */

import { Command } from "commander";
import { build, stop } from "esbuild";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { type Assets, brotliSuffix } from "./assets.ts";
import { messageOf } from "./errors.ts";
import { defaultModel } from "./default_model.ts";
import { findModels, readModel } from "./model_files.ts";
import { buildPage, bundleOptions } from "./page_build.ts";

const dist = new URL("../dist/", import.meta.url);

/** The page's files and `edge.js`, by their path in `dist/`. */
async function buildAll(): Promise<Assets> {
  const wasm = import.meta.resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm");
  const wasmBinary = await Deno.readFile(new URL(wasm));
  const shipped = new URL("models/", import.meta.url);
  const files = await readModel(new URL(`${defaultModel}/`, shipped));
  const all = new Map<string, () => Promise<Uint8Array>>();
  for (const [path, read] of await buildPage({ ...files, wasmBinary })) {
    all.set(`page/${path}`, read);
  }
  for (const folder of await findModels(shipped)) {
    const { card, cardBytes, model } = await readModel(folder);
    all.set(`models/${card.name}/card.json`, () => Promise.resolve(cardBytes));
    all.set(`models/${card.name}/model.onnx`, () => Promise.resolve(model));
  }
  const bundle = await build({
    ...bundleOptions,
    entryPoints: ["edge/function.ts"],
    outfile: "dist/edge.js",
  });
  await stop();
  all.set("edge.js", () => Promise.resolve(bundle.outputFiles[0].contents));
  return all;
}

/** Quality 9 and not 11, which takes most of a minute for ONNX Runtime and saves a twentieth. */
const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };

function formatRow(name: string, cells: readonly string[]): string {
  return name.padEnd(56) + cells.map((cell) => cell.padStart(10)).join("");
}

async function writeFile(path: string, bytes: Uint8Array): Promise<void> {
  const target = new URL(path, dist);
  await Deno.mkdir(new URL("./", target), { recursive: true });
  await Deno.writeFile(target, bytes);
}

/** Writes every file, the page's with a compressed twin where that is smaller, and prints the sizes. */
async function writeAll(assets: Assets): Promise<void> {
  const totals = [0, 0, 0];
  console.log(formatRow("kB", ["raw", "gzip", "brotli"]));
  const print = (name: string, sizes: readonly number[]) =>
    console.log(formatRow(name, sizes.map((bytes) => (bytes / 1000).toFixed(1))));
  for (const [path, read] of assets) {
    const bytes = await read();
    const brotli = brotliCompressSync(bytes, quality);
    await writeFile(path, bytes);
    if (path.startsWith("page/") && brotli.length < bytes.length) {
      await writeFile(path + brotliSuffix, brotli);
    }
    const sizes = [bytes.length, gzipSync(bytes).length, brotli.length];
    sizes.forEach((size, column) => totals[column] += size);
    print(path, sizes);
  }
  print("together", totals);
}

async function main(): Promise<void> {
  new Command("deno task bundle")
    .description("Builds the page and the edge function (dist/edge.js, for deno serve) into dist/.")
    .parse(Deno.args, { from: "user" });
  const assets = await buildAll();
  await Deno.remove(dist, { recursive: true }).catch(() => {});
  await writeAll(assets);
  console.log("Run it: deno serve --allow-read=dist --allow-net dist/edge.js");
}

try {
  await main();
} catch (error) {
  console.error(messageOf(error));
  Deno.exit(1);
}
