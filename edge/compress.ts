/**
 * Files as they are sent to whoever takes Brotli, compressed as much as it can: once a build, for many downloads.
 *
 * @module
 */

import { brotliCompressSync, constants } from "node:zlib";
import { brotliSuffix } from "./assets.ts";

/** From so many bytes on, a file takes longer than a thread does to start. */
const worthAThread = 1e6;

/**
 * The compressed twin of a file. ONNX Runtime's two take half a minute each and more, so large files have a thread each,
 * and those of the last build are taken where the files have not changed since.
 *
 * @param last The file as the last build wrote it, whose twin lies beside it.
 */
export async function compress(bytes: Uint8Array, last: URL): Promise<Uint8Array> {
  const before = await read(last);
  const twin = before && isSame(before, bytes)
    ? await read(new URL(last.href + brotliSuffix))
    : undefined;
  return twin ?? (bytes.length < worthAThread ? compressNow(bytes) : await compressInThread(bytes));
}

/** Compresses where it is called, as Deno's asynchronous `brotliCompress` does too. */
export function compressNow(bytes: Uint8Array): Uint8Array {
  return brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
}

async function compressInThread(bytes: Uint8Array): Promise<Uint8Array> {
  const worker = new Worker(new URL("./compress_worker.ts", import.meta.url), { type: "module" });
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  worker.onmessage = ({ data }: MessageEvent<Uint8Array>) => resolve(data);
  worker.onerror = (event) => {
    // Deno would otherwise end the whole process along with the worker.
    event.preventDefault();
    reject(new Error(`Cannot compress a file of ${bytes.length} bytes: ${event.message}`));
  };
  worker.postMessage(bytes);
  return await promise.finally(() => worker.terminate());
}

async function read(file: URL): Promise<Uint8Array | undefined> {
  return await Deno.readFile(file).catch(() => undefined);
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
