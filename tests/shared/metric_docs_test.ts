/** Every metric says where it comes from, and what it makes of masks without tumor. */
import assert from "node:assert/strict";
import test from "node:test";
import { listRepositoryFolder, readRepositoryFile } from "./repository.ts";

const readText = (path: string) => new TextDecoder().decode(readRepositoryFile(path));

/** The modules that the package's README lists as metrics. */
const metrics = [...readText("shared/npm/README.md").matchAll(/^\| `(\w+)` +\|/gm)]
  .map(([, module]) => `${module}.ts`);

test("the package's README lists modules that are there", () => {
  assert.ok(metrics.length >= 13, `${metrics}`);
  const modules = listRepositoryFolder("shared");
  for (const module of metrics) assert.ok(modules.includes(module), module);
});

for (const module of metrics) {
  test(`${module} says its source and its empty case`, () => {
    const docstrings = readText(`shared/${module}`).match(/\/\*\*[^]*?\*\//g)!;
    assert.match(docstrings[0], /^ \* Sources?: /m);
    assert.ok(docstrings.some((text) => /\bempty\b|\bNaN\b|\bwithout voxels\b/i.test(text)));
  });
}
