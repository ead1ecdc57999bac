/** Imports point one way: train and edge look at shared, never at each other, and no two files at one another. */

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { modulesIn, root } from "./modules.ts";

/** The project's own modules that a text names in imports, of types too, by their paths from `url`'s folder. */
function importsOf(text: string, url: URL): string[] {
  const { importedFiles } = ts.preProcessFile(text, true, true);
  return importedFiles.map(({ fileName }) => fileName)
    .filter((name) => name.startsWith("."))
    .map((name) => new URL(name, url).href.slice(root.href.length));
}

/** For each module of the three folders what it imports. */
async function readImports(): Promise<Map<string, readonly string[]>> {
  const imports = new Map<string, readonly string[]>();
  for (const folder of ["shared/", "train/", "edge/"]) {
    for await (const url of modulesIn(new URL(folder, root))) {
      const text = await Deno.readTextFile(fileURLToPath(url));
      imports.set(url.href.slice(root.href.length), importsOf(text, url));
    }
  }
  return imports;
}

/** One way from a module back to itself, if there is any. */
function findCircle(imports: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>(), path: string[] = [];
  const visit = (module: string): string[] | undefined => {
    if (path.includes(module)) return [...path.slice(path.indexOf(module)), module];
    if (done.has(module)) return undefined;
    path.push(module);
    for (const imported of imports.get(module) ?? []) {
      const circle = visit(imported);
      if (circle) return circle;
    }
    path.pop();
    done.add(module);
  };
  for (const module of imports.keys()) {
    const circle = visit(module);
    if (circle) return circle;
  }
}

Deno.test("shared imports nothing of train and edge, and these nothing of each other", async () => {
  const imports = await readImports();
  const strangers: Readonly<Record<string, readonly string[]>> = {
    shared: ["train", "edge"],
    train: ["edge"],
    edge: ["train"],
  };
  const folderOf = (path: string) => path.split("/")[0];
  const crossing = [...imports].flatMap(([module, imported]) =>
    imported.filter((path) => strangers[folderOf(module)].includes(folderOf(path)))
      .map((path) => `${module} -> ${path}`)
  );
  assert.ok(imports.size > 300);
  assert.deepEqual(crossing, []);
});

Deno.test("no module imports one that imports it", async () => {
  assert.equal(findCircle(await readImports()), undefined);
});

Deno.test("a circle is found, through types too, and none where there is none", () => {
  const a = importsOf(
    'import type { B } from "./b.ts";\nimport fs from "node:fs";',
    new URL("a.ts", root),
  );
  assert.deepEqual(a, ["b.ts"]);
  assert.deepEqual(findCircle(new Map([["a.ts", a], ["b.ts", ["c.ts"]], ["c.ts", ["a.ts"]]])), [
    ...["a.ts", "b.ts", "c.ts", "a.ts"],
  ]);
  assert.equal(findCircle(new Map([["a.ts", ["b.ts", "c.ts"]], ["b.ts", ["c.ts"]]])), undefined);
});
