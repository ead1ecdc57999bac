/**
 * How esbuild is asked to bundle.
 *
 * @module
 */

import type { BuildOptions } from "esbuild";
import { fileURLToPath } from "node:url";

/** What every bundle has in common: one that runs in a browser, and in Deno as well. */
export const bundleOptions = {
  absWorkingDir: fileURLToPath(new URL("../", import.meta.url)),
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2024",
  platform: "browser",
  // Reached by code that finds itself in Node or Deno; browsers never get there.
  external: ["node:*"],
  legalComments: "none",
  logLevel: "silent",
  write: false,
} as const satisfies BuildOptions;
