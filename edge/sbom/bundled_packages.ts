/**
 * Which packages went into a bundle, by esbuild's account of it.
 *
 * @module
 */

import type { Metafile } from "esbuild";

/** The packages in bundles, each by the path of its folder, as in `node_modules/zod`. */
export interface BundledPackages {
  /** Those that the project's own modules import. */
  readonly direct: ReadonlySet<string>;
  /** What each imports; packages that import none have an empty set. */
  readonly imports: ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * Finds the packages whose code is in the output. What was read but left out again, because nothing uses it, is not
 * counted, nor are the empty modules that stand for what browsers do not get.
 *
 * @param metafiles One for each bundle.
 */
export function findBundledPackages(metafiles: readonly Metafile[]): BundledPackages {
  const direct = new Set<string>(), imports = new Map<string, Set<string>>();
  for (const { inputs, outputs } of metafiles) {
    const included = includedFiles(outputs);
    for (const path of included) {
      const folder = packageFolder(path);
      if (folder && !imports.has(folder)) imports.set(folder, new Set());
      for (const { path: imported } of inputs[path].imports) {
        const other = included.has(imported) ? packageFolder(imported) : undefined;
        if (!other || other === folder) continue;
        (folder ? imports.get(folder)! : direct).add(other);
      }
    }
  }
  return { direct, imports };
}

function includedFiles(outputs: Metafile["outputs"]): ReadonlySet<string> {
  const files = Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs));
  const withCode = files.filter(([path, { bytesInOutput }]) =>
    bytesInOutput > 0 && !path.startsWith("(disabled):")
  );
  return new Set(withCode.map(([path]) => path));
}

/** The folder of the package that a file belongs to; undefined for the project's own. */
function packageFolder(path: string): string | undefined {
  return /^.*(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0];
}
