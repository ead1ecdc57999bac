/** Writes a mask or a scan as a NIfTI file, in a worker. */

/// <reference lib="dom" />

import type { EncodeAnswer, EncodeRequest } from "./nifti_worker.ts";

/** The bytes of the file. */
export function encodeInWorker(request: EncodeRequest): Promise<Uint8Array<ArrayBuffer>> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array<ArrayBuffer>>();
  const worker = new Worker("assets/nifti.js", { type: "module" });
  worker.onmessage = ({ data }: MessageEvent<EncodeAnswer>) => {
    if ("file" in data) resolve(data.file);
    else reject(new Error(data.error));
  };
  worker.onerror = ({ message }) => reject(new Error(message || "the worker did not start"));
  worker.postMessage(request);
  return promise.finally(() => worker.terminate());
}
