/**
 * The page's service worker, made for the files that it keeps.
 *
 * @module
 */

import { build, type Metafile } from "esbuild";
import { assetPaths, type Assets } from "./assets.ts";
import { bundleOptions } from "./bundle_options.ts";

/**
 * The script of the service worker. It differs where any of the page's files does, as browsers look for a new version
 * by that.
 *
 * @param isKept Whether a file is kept from the first visit on, by its path; the others are once they have been used.
 * @param onBuilt Gets esbuild's account of what went in.
 */
export async function buildServiceWorker(
  assets: Assets,
  isKept: (path: string) => boolean,
  onBuilt?: (metafile: Metafile) => void,
): Promise<Uint8Array> {
  const kept: Record<string, string> = {}, keepable: Record<string, string> = {};
  const hashes: string[] = [];
  for (const [path, read] of assets) {
    const hash = await sha256(await read());
    hashes.push(`${path} ${hash}`);
    // What answers a visit to the page's folder.
    const name = path === assetPaths.index ? "./" : path;
    (isKept(path) ? kept : keepable)[name] = `sha256-${hash}`;
  }
  const version = await sha256(new TextEncoder().encode(hashes.toSorted().join("\n")));
  const { outputFiles, metafile } = await build({
    ...bundleOptions,
    entryPoints: ["edge/web/offline/service_worker.ts"],
    // Some browsers take no modules here.
    format: "iife",
    metafile: true,
    define: {
      VERSION: JSON.stringify(version),
      FILES: JSON.stringify(kept),
      KEEPABLE: JSON.stringify(keepable),
    },
  });
  onBuilt?.(metafile);
  return outputFiles[0].contents;
}

async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>);
  return new Uint8Array(digest).toBase64();
}
