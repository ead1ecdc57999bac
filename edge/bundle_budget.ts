/**
 * What may weigh how much: a visitor waits for every byte.
 *
 * @module
 */

import type { Metafile } from "esbuild";
import { assetPaths } from "./assets.ts";
import { pageModelsFolder } from "./offered_model.ts";

/** What a file is for, as far as a visitor downloads it. */
export type Group =
  | "page"
  | "engine"
  | "gpu"
  | "on demand"
  | "3d view"
  | "model"
  | "samples"
  | "server";

/** Bytes that groups of files may have together, compressed with Brotli. */
export interface Budget {
  readonly name: string;
  readonly files: (path: string, group: Group) => boolean;
  readonly maxBytes: number;
}

/** What is loaded only when somebody opens a file that needs it. */
const webpDecoder = /\/@jsquash\/webp\//;

/** What is loaded only when somebody wants to see it. */
const sceneBuild = /\/@niivue\//;

/** Those of ONNX Runtime's builds that only a browser with a GPU loads. */
const gpuBuild = /ort\.webgpu|asyncify|jsep|jspi/;

/**
 * What each file of a bundle is for.
 *
 * @param metafile esbuild's account of the page.
 * @returns Takes a path in `dist/`.
 */
export function groupFiles(metafile: Metafile): (path: string) => Group {
  const inputs = new Map(
    Object.entries(metafile.outputs).map(([path, output]) => [
      path.split("/").at(-1)!,
      Object.keys(output.inputs).join("\n"),
    ]),
  );
  return (path) => {
    if (!path.startsWith("page/")) return "server";
    const within = path.slice("page/".length), made = inputs.get(path.split("/").at(-1)!) ?? "";
    if (gpuBuild.test(within) || gpuBuild.test(made)) return "gpu";
    if (within === assetPaths.wasm || made.includes("/onnxruntime-web/")) return "engine";
    if (within.startsWith(pageModelsFolder)) return "model";
    if (within.startsWith("assets/samples/")) return "samples";
    if (sceneBuild.test(made)) return "3d view";
    return webpDecoder.test(made) ? "on demand" : "page";
  };
}

/** The budgets, in bytes of 1000 to the kB. */
export const budgets: readonly Budget[] = [
  {
    name: "page without the engine",
    files: (_, group) => group === "page",
    maxBytes: 120_000,
  },
  {
    name: "engine and preview model",
    files: (path, group) =>
      group === "engine" || path.startsWith(`page/${pageModelsFolder}preview/`),
    maxBytes: 3_200_000,
  },
];

/** One budget, and what was spent of it. */
export interface Spent {
  readonly budget: Budget;
  readonly bytes: number;
}

/**
 * What is spent of each budget.
 *
 * @param sizes Bytes with Brotli, by path in `dist/`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const sizes = new Map([["page/index.html", 4000], ["edge.js", 9000]]);
 * const spent = spend(sizes, (path) => path.startsWith("page/") ? "page" : "server");
 * assert.deepEqual(spent.map(({ bytes }) => bytes), [4000, 0]);
 * ```
 */
export function spend(
  sizes: ReadonlyMap<string, number>,
  groupOf: (path: string) => Group,
): Spent[] {
  return budgets.map((budget) => {
    let bytes = 0;
    for (const [path, size] of sizes) if (budget.files(path, groupOf(path))) bytes += size;
    return { budget, bytes };
  });
}
