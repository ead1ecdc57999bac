/**
 * `deno task package`: shared/ as the npm package @gliomap/shared.
 *
 * @module
 */

import { Command } from "commander";
import {
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { compile } from "./compile.ts";
import { document } from "./document.ts";

const shared = new URL("../", import.meta.url);
const root = new URL("../", shared);
const packageName = "@gliomap/shared";

/** What of a format's folder is for others than the folder itself. */
const publicModules: Readonly<Record<string, readonly string[]>> = {
  dicom: ["decode", "decode_segmentation", "segmentation"],
  image: ["decode", "dimensions", "encode_png", "format", "image_error"],
  nifti: ["decode", "encode"],
};

/** What only other modules of shared/ have a use for, and what may change from one version to the next. */
const internalModules = [
  "display_axes",
  "lower_envelope",
  "mask_words",
  "model_card_fields",
  "nearest_voxel",
  "number_type",
];

/** Every module of shared/, by its path in it. */
function findModules(): string[] {
  return globSync("**/*.ts", { cwd: fileURLToPath(shared), exclude: ["npm/**"] })
    .map((path) => path.replaceAll("\\", "/")).sort();
}

function isPublic(name: string): boolean {
  const [folder, module] = name.split("/");
  return publicModules[folder]?.includes(module) ?? !internalModules.includes(name);
}

/** `@gliomap/shared/dice` for each module that is meant to be imported. */
function exportsOf(modules: readonly string[]) {
  const names = modules.map((path) => path.replace(/\.ts$/, "")).filter(isPublic);
  const entries = names.map((name) => [
    `./${name}`,
    { types: `./${name}.d.ts`, default: `./${name}.js` },
  ]);
  return { ...Object.fromEntries(entries), "./package.json": "./package.json" };
}

/** The packages that the modules import, with the exact versions of `deno.json`. */
function versionsOf(texts: Iterable<string>): Map<string, string> {
  const { imports } = JSON.parse(readFileSync(new URL("deno.json", root), "utf8"));
  const versions = new Map<string, string>();
  for (const text of texts) {
    for (const [, specifier] of text.matchAll(/(?:from |import\()"([^."][^"]*)"/g)) {
      if (specifier.startsWith("node:")) continue;
      const name = specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
      // An entry for a package's folder ends in a slash.
      const entry: string = imports[name] ?? imports[`${name}/`];
      versions.set(name, entry.split("@").at(-1)!.replace(/\/$/, ""));
    }
  }
  return versions;
}

/** ONNX Runtime is a hundred megabytes that only those who run a model need. */
const optional = "onnxruntime-web";

function describePackage(modules: readonly string[], written: ReadonlyMap<string, string>) {
  const scripts = [...written].filter(([path]) => path.endsWith(".js")).map(([, text]) =>
    withoutComments(text)
  );
  const versions = versionsOf(scripts), runtime = versions.get(optional);
  versions.delete(optional);
  return {
    name: packageName,
    version: "0.1.0",
    description: "Dice, surface distances and calibration of tumor outlines, image decoding and " +
      "inference, the same in Node and browsers. For research only: not for clinical use.",
    keywords: ["dice", "hausdorff", "segmentation", "mri", "metrics", "tiff"],
    license: "MIT",
    type: "module",
    exports: exportsOf(modules),
    // Workers are all side effect: without this, bundlers would leave nothing of them.
    sideEffects: ["./inference/worker.js", "./inference/webgpu_worker.js"],
    engines: { node: ">=20" },
    dependencies: Object.fromEntries([...versions].sort()),
    peerDependencies: { [optional]: runtime },
    peerDependenciesMeta: { [optional]: { optional: true } },
  };
}

/** Docstrings have imports in their examples. */
function withoutComments(script: string): string {
  return script.replace(/\/\*\*[^]*?\*\//g, "");
}

/** Removes an earlier package; anything else that is there stays, and is an error. */
function clear(out: string): void {
  if (!existsSync(out) || readdirSync(out).length === 0) return;
  const description = join(out, "package.json");
  const found = existsSync(description) && JSON.parse(readFileSync(description, "utf8")).name;
  if (found !== packageName) {
    throw new Error(
      `Cannot write the package as the folder must be empty or hold an earlier one: current value is ${out}`,
    );
  }
  rmSync(out, { recursive: true });
}

function buildPackage(out: string): void {
  const modules = findModules();
  const written = compile(shared, modules);
  const description = describePackage(modules, written);
  written.set("package.json", `${JSON.stringify(description, null, 2)}\n`);
  written.set("README.md", readFileSync(new URL("npm/README.md", shared), "utf8"));
  written.set("LICENSE", readFileSync(new URL("LICENSE", root), "utf8"));
  // The pages are for people who look here; whoever installs the package has the docstrings in the types.
  written.set(".npmignore", "docs\n");
  clear(out);
  for (const [path, text] of written) {
    mkdirSync(dirname(join(out, path)), { recursive: true });
    writeFileSync(join(out, path), text);
  }
  const documented = modules.filter((path) => isPublic(path.replace(/\.ts$/, "")));
  document(packageName, fileURLToPath(shared), documented, join(out, "docs"));
  console.log(`${description.name} ${description.version}: ${written.size} files in ${out}`);
  console.log(`Its documentation: ${join(out, "docs", "all_symbols.html")}`);
  console.log(`A tarball of it: npm pack ./${out}`);
}

try {
  new Command("deno task package")
    .description(
      "Builds shared/ as an npm package: modules, types, documentation, README and licence.",
    )
    .option("--out <folder>", "where it goes; an earlier package there is replaced", "dist/npm")
    .action(({ out }) => buildPackage(out))
    .parse();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
