/**
 * TypeScript to what npm packages are made of: a module of JavaScript and its types for each file, with the docstrings in
 * both.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  lib: ["lib.esnext.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts", "lib.dom.asynciterable.d.ts"],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  rewriteRelativeImportExtensions: true,
  declaration: true,
  strict: true,
  // The types of jpeg-js ask for Node's, those of @jsquash/webp for some that it does not ship.
  skipLibCheck: true,
  // Neither Node's names nor Deno's: the package runs in browsers too.
  types: [],
};

/**
 * Compiles modules to texts by their paths in the package, `dice.js` and `dice.d.ts` for `dice.ts`.
 *
 * @param folder Where the modules are, a path or file URL that ends in a slash.
 * @param modules Their paths in that folder.
 * @throws {Error} with TypeScript's own words where it finds a mistake.
 */
export function compile(folder: URL, modules: readonly string[]): Map<string, string> {
  const root = fileURLToPath(folder);
  const declarations = fileURLToPath(import.meta.resolve("./wasm.d.ts"));
  const files = [...modules.map((module) => root + module), declarations];
  const program = ts.createProgram(files, { ...options, rootDir: root, outDir: "/" });
  const written = new Map<string, string>();
  const { diagnostics } = program.emit(undefined, (path, text) => {
    written.set(path.slice(1), path.endsWith(".d.ts") ? withJavaScriptNames(text) : text);
  });
  const mistakes = [...ts.getPreEmitDiagnostics(program), ...diagnostics];
  if (mistakes.length > 0) throw new Error(describe(mistakes));
  return inlineBytes(written);
}

/** TypeScript writes `from "./dice.ts"` into types as it was: right for itself, but there is no such file. */
function withJavaScriptNames(types: string): string {
  return types.replace(/((?:from|import\() ?"\.{1,2}\/[^"]+)\.ts"/g, '$1.js"');
}

function describe(mistakes: readonly ts.Diagnostic[]): string {
  return ts.formatDiagnostics(mistakes, {
    getCurrentDirectory: () => ".",
    getCanonicalFileName: (name) => name,
    getNewLine: () => "\n",
  });
}

const importOfBytes = /import\("([^"]+\.wasm)", \{ with: \{ type: "bytes" \} \}\)/;

/**
 * Turns the import of a file's bytes, which neither Node nor browsers know yet, into the import of a module that holds
 * them. It stays a module of its own, so that only those who decode a WebP load it.
 */
function inlineBytes(written: ReadonlyMap<string, string>): Map<string, string> {
  const inlined = new Map(written);
  for (const [path, text] of written) {
    const specifier = importOfBytes.exec(text)?.[1];
    if (!specifier) continue;
    const name = `${specifier.split("/").at(-1)!.replace(".wasm", "_wasm")}.js`;
    inlined.set(path, text.replace(importOfBytes, `import("./${name}")`));
    inlined.set(path.replace(/[^/]+$/, name), moduleOfBytes(specifier));
  }
  return inlined;
}

function moduleOfBytes(specifier: string): string {
  const base64 = readFileSync(fileURLToPath(import.meta.resolve(specifier))).toString("base64");
  return `// ${specifier}\n` +
    `export default Uint8Array.from(atob("${base64}"), (letter) => letter.charCodeAt(0));\n`;
}
