/**
 * Files as they are sent to whoever takes Brotli, compressed as much as it can: once a build, for many downloads.
 *
 * @module
 */

import { brotliCompress, constants } from "node:zlib";
import { promisify } from "node:util";
import { brotliSuffix } from "./assets.ts";

const compressWith = promisify(brotliCompress);

/**
 * The compressed twin of a file. ONNX Runtime's two take half a minute each and more, so those of the last build are
 * taken where the files have not changed since.
 *
 * @param last The file as the last build wrote it, whose twin lies beside it.
 */
export async function compress(bytes: Uint8Array, last: URL): Promise<Uint8Array> {
  const before = await read(last);
  const twin = before && isSame(before, bytes)
    ? await read(new URL(last.href + brotliSuffix))
    : undefined;
  if (twin) return twin;
  return await compressWith(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
}

async function read(file: URL): Promise<Uint8Array | undefined> {
  return await Deno.readFile(file).catch(() => undefined);
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
