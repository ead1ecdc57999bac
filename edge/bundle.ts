/**
 * `deno task bundle`: the page and the edge function into `dist/`.
 *
 * @module
 */

import { Command } from "commander";
import { build, type Metafile, stop } from "esbuild";
import { builtinModules } from "node:module";
import { brotliSuffix } from "./assets.ts";
import { type Group, groupFiles, spend, type Spent } from "./bundle_budget.ts";
import { bundleOptions } from "./bundle_options.ts";
import { compress } from "./compress.ts";
import { messageOf } from "./message_of.ts";
import { defaultModel } from "./default_model.ts";
import { findModels, readModel } from "./model_files.ts";
import { buildPage } from "./page_build.ts";

const dist = new URL("../dist/", import.meta.url);
/** Where a build is written before it takes the place of the last. */
const fresh = new URL("../.dist/", import.meta.url);

interface Built {
  /** The page's files, the models, `edge.js` and its decoding thread, by their path in `dist/`. */
  readonly files: ReadonlyMap<string, () => Promise<Uint8Array>>;
  readonly groupOf: (path: string) => Group;
}

async function buildAll(): Promise<Built> {
  const wasm = import.meta.resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm");
  const wasmBinary = await Deno.readFile(new URL(wasm));
  const shipped = new URL("models/", import.meta.url);
  const page = { ...await readModel(new URL(`${defaultModel}/`, shipped)), wasmBinary };
  const files = new Map<string, () => Promise<Uint8Array>>();
  let metafile: Metafile | undefined;
  for (const [path, read] of await buildPage(page, (built) => metafile = built)) {
    files.set(`page/${path}`, read);
  }
  for (const folder of await findModels(shipped)) {
    const { card, cardBytes, model } = await readModel(folder);
    files.set(`models/${card.name}/card.json`, () => Promise.resolve(cardBytes));
    files.set(`models/${card.name}/model.onnx`, () => Promise.resolve(model));
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
    });
    files.set(name, () => Promise.resolve(bundle.outputFiles[0].contents));
  }
  await stop();
  return { files, groupOf: groupFiles(metafile!) };
}

function formatRow(name: string, cells: readonly string[]): string {
  return name.padEnd(56) + cells.map((cell) => cell.padStart(10)).join("");
}

const kilobytes = (bytes: number) => (bytes / 1000).toFixed(1);

async function writeFile(path: string, bytes: Uint8Array): Promise<void> {
  const target = new URL(path, fresh);
  await Deno.mkdir(new URL("./", target), { recursive: true });
  await Deno.writeFile(target, bytes);
}

/** Writes every file, the page's with a compressed twin where that is smaller, and prints the sizes. */
async function writeAll({ files, groupOf }: Built): Promise<ReadonlyMap<string, number>> {
  const compressed = new Map<string, number>();
  console.log(formatRow("kB", ["raw", "brotli", "  for"]));
  for (const [path, read] of files) {
    const bytes = await read();
    const brotli = await compress(bytes, new URL(path, dist));
    await writeFile(path, bytes);
    const smaller = brotli.length < bytes.length;
    if (path.startsWith("page/") && smaller) await writeFile(path + brotliSuffix, brotli);
    compressed.set(path, Math.min(brotli.length, bytes.length));
    console.log(
      `${formatRow(path, [kilobytes(bytes.length), kilobytes(brotli.length)])}  ${groupOf(path)}`,
    );
  }
  return compressed;
}

function printBudgets(spent: readonly Spent[]): void {
  console.log();
  for (const { budget: { name, maxBytes }, bytes } of spent) {
    const share = `${kilobytes(bytes)} of ${kilobytes(maxBytes)} kB`;
    console.log(`${name}: ${share} with Brotli`);
  }
}

async function main(): Promise<void> {
  new Command("deno task bundle")
    .description("Builds the page and the edge function (dist/edge.js, for deno serve) into dist/.")
    .parse(Deno.args, { from: "user" });
  const built = await buildAll();
  await Deno.remove(fresh, { recursive: true }).catch(() => {});
  const spent = spend(await writeAll(built), built.groupOf);
  // Only a whole build takes the place of the last.
  await Deno.remove(dist, { recursive: true }).catch(() => {});
  await Deno.rename(fresh, dist);
  printBudgets(spent);
  const over = spent.filter(({ budget, bytes }) => bytes > budget.maxBytes);
  if (over.length > 0) {
    throw new Error(
      `Cannot ship the bundle as it must keep to its budget: ${
        over.map(({ budget }) => budget.name).join(" and ")
      } weighs too much`,
    );
  }
  console.log("Run it: deno serve --allow-read=dist dist/edge.js");
}

try {
  await main();
} catch (error) {
  console.error(messageOf(error));
  Deno.exit(1);
}
