import assert from "node:assert/strict";
import type { Metafile } from "esbuild";
import { budgets, groupFiles, spend } from "../../edge/bundle_budget.ts";

const output = (...inputs: string[]) => ({
  bytes: 1,
  inputs: Object.fromEntries(inputs.map((path) => [path, { bytesInOutput: 1 }])),
  imports: [],
  exports: [],
});
const metafile: Metafile = {
  inputs: {},
  outputs: {
    "assets/page.js": output("edge/web/page.ts"),
    "assets/chunk-A.js": output("node_modules/onnxruntime-web/dist/ort.wasm.bundle.min.mjs"),
    "assets/chunk-B.js": output("node_modules/onnxruntime-web/dist/ort.webgpu.bundle.min.mjs"),
    "assets/chunk-C.js": output("node_modules/@jsquash/webp/decode.js"),
    "assets/chunk-D.js": output("node_modules/@niivue/niivue/build/niivue/index.js"),
  },
};
const groupOf = groupFiles(metafile);

for (
  const [path, group] of [
    ["page/assets/page.js", "page"],
    ["page/index.html", "page"],
    ["page/assets/chunk-A.js", "engine"],
    ["page/assets/ort-wasm-simd-threaded.wasm", "engine"],
    ["page/assets/chunk-B.js", "gpu"],
    ["page/assets/ort-wasm-simd-threaded.asyncify.wasm", "gpu"],
    ["page/assets/chunk-C.js", "on demand"],
    ["page/assets/chunk-D.js", "3d view"],
    ["page/assets/models/preview/model.onnx", "model"],
    ["page/assets/models.json", "page"],
    ["page/assets/samples/x.tif", "samples"],
    ["edge.js", "server"],
  ] as const
) {
  Deno.test(`groupFiles() counts ${path} as ${group}`, () => assert.equal(groupOf(path), group));
}

Deno.test("spend() adds up what each budget is for", () => {
  const sizes = new Map([
    ["page/assets/page.js", 1000],
    ["page/index.html", 10],
    ["page/assets/chunk-A.js", 100],
    ["page/assets/chunk-B.js", 7],
    ["page/assets/models/preview/model.onnx", 3],
    ["page/assets/models/reference/model.onnx", 5],
  ]);
  assert.deepEqual(spend(sizes, groupOf).map(({ bytes }) => bytes), [1010, 103]);
  assert.deepEqual(budgets.map(({ maxBytes }) => maxBytes), [120_000, 3_200_000]);
});
