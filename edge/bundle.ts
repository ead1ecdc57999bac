/**
 * `deno task bundle`: the page and the edge function into `dist/`.
 *
 * @module
 */

import { Command } from "commander";
import { build, stop } from "esbuild";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Assets } from "./assets.ts";
import { messageOf } from "./errors.ts";
import { readModel } from "./model_files.ts";
import { buildPage, bundleOptions } from "./page_build.ts";

const dist = new URL("../dist/", import.meta.url);

/** The page's files and `edge.js`, by their path in `dist/`. */
async function buildAll(): Promise<Assets> {
  const wasm = import.meta.resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm");
  const wasmBinary = await Deno.readFile(new URL(wasm));
  const files = await readModel(new URL("models/reference/", import.meta.url));
  const all = new Map<string, () => Promise<Uint8Array>>();
  for (const [path, read] of await buildPage({ ...files, wasmBinary })) {
    all.set(`page/${path}`, read);
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

interface Size {
  readonly raw: number;
  readonly gzip: number;
  readonly brotli: number;
}

function sizeOf(bytes: Uint8Array): Size {
  // Quality 9 and not 11, which takes most of a minute for ONNX Runtime and saves a twentieth.
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
  return {
    raw: bytes.length,
    gzip: gzipSync(bytes).length,
    brotli: brotliCompressSync(bytes, { params }).length,
  };
}

function formatRow(name: string, { raw, gzip, brotli }: Size): string {
  const cells = [raw, gzip, brotli].map((bytes) => `${(bytes / 1000).toFixed(1)}`.padStart(10));
  return name.padEnd(44) + cells.join("");
}

/** Writes every file and prints its sizes; the samples are counted, not listed. */
async function writeAll(assets: Assets): Promise<void> {
  console.log(
    "kB".padEnd(44) + ["raw", "gzip", "brotli"].map((name) => name.padStart(10)).join(""),
  );
  for (const [path, read] of assets) {
    const bytes = await read();
    const target = new URL(path, dist);
    await Deno.mkdir(new URL("./", target), { recursive: true });
    await Deno.writeFile(target, bytes);
    console.log(formatRow(path, sizeOf(bytes)));
  }
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
