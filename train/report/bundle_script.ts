/**
 * Scripts of pages as text, with all that they import.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { build, stop } from "esbuild";

/** A module that runs in browsers, bundled and made small. */
export async function bundleScript(module: URL): Promise<string> {
  const bundle = await build({
    entryPoints: [fileURLToPath(module)],
    bundle: true,
    minify: true,
    format: "esm",
    write: false,
    logLevel: "silent",
  });
  await stop();
  return bundle.outputFiles[0].text;
}
