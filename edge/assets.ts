/**
 * The files of the page, wherever they come from: built in memory when the server starts on a checkout,
 * or written by the bundle and read from its folder.
 *
 * @module
 */

/** The page's files by path, as in `index.html` or `assets/page.js`; each is read when asked for. */
export type Assets = ReadonlyMap<string, () => Promise<Uint8Array>>;

/** Where some of them are. */
export const assetPaths = {
  index: "index.html",
  /** Beside the index, as a service worker sees only what lies under it. */
  serviceWorker: "service_worker.js",
  worker: "assets/worker.js",
  wasm: "assets/ort-wasm-simd-threaded.wasm",
} as const;

/** Ends the path of a file's Brotli-compressed twin, which is sent to whoever takes Brotli. */
export const brotliSuffix = ".br";

/**
 * Every file under a folder, listed once.
 *
 * @param folder Its address ends in a slash.
 */
export async function assetsIn(folder: URL): Promise<Assets> {
  const assets = new Map<string, () => Promise<Uint8Array>>();
  async function add(directory: URL, prefix: string): Promise<void> {
    for await (const { name, isDirectory } of Deno.readDir(directory)) {
      if (isDirectory) await add(new URL(`${name}/`, directory), `${prefix}${name}/`);
      else assets.set(prefix + name, () => Deno.readFile(new URL(name, directory)));
    }
  }
  await add(folder, "");
  return assets;
}
