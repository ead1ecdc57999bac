import assert from "node:assert/strict";
import type { Metafile } from "esbuild";
import { findBundledPackages } from "../../../edge/sbom/bundled_packages.ts";

/** An account of files, each with what it imports and the bytes of it that are in the output. */
function account(files: Record<string, readonly [bytes: number, ...imports: string[]]>): Metafile {
  const entries = Object.entries(files);
  return {
    inputs: Object.fromEntries(
      entries.map(([path, [, ...imports]]) => [
        path,
        { bytes: 9, imports: imports.map((path) => ({ path, kind: "import-statement" })) },
      ]),
    ),
    outputs: {
      "out.js": {
        bytes: 9,
        imports: [],
        exports: [],
        inputs: Object.fromEntries(
          entries.map(([path, [bytesInOutput]]) => [path, { bytesInOutput }]),
        ),
      },
    },
  };
}

const store = "node_modules/.deno";
const a = `${store}/@x+a@1.0.0/node_modules/@x/a`, b = `${store}/b@2.0.0/node_modules/b`;

Deno.test("findBundledPackages() tells what the project imports from what its packages do", () => {
  const { direct, imports } = findBundledPackages([account({
    "edge/page.ts": [1, `${a}/lib/index.js`],
    [`${a}/lib/index.js`]: [1, `${a}/lib/part.js`, `${b}/b.js`],
    [`${a}/lib/part.js`]: [1],
    [`${b}/b.js`]: [1],
  })]);
  assert.deepEqual(direct, new Set([a]));
  assert.deepEqual(imports, new Map([[a, new Set([b])], [b, new Set()]]));
});

Deno.test("findBundledPackages() adds up bundles", () => {
  const bundles = [a, b].map((folder) =>
    account({ "edge/page.ts": [1, `${folder}/x.js`], [`${folder}/x.js`]: [1] })
  );
  assert.deepEqual(findBundledPackages(bundles).direct, new Set([a, b]));
});

Deno.test("findBundledPackages() leaves out what is not in the output", () => {
  const { direct, imports } = findBundledPackages([account({
    "edge/page.ts": [1, `${a}/unused.js`, `(disabled):${b}/node.js`],
    [`${a}/unused.js`]: [0],
    [`(disabled):${b}/node.js`]: [30],
  })]);
  assert.deepEqual([direct, imports], [new Set(), new Map()]);
});
