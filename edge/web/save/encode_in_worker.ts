/** Writes masks and scans as files, in a worker. */

/// <reference lib="dom" />

import type { DicomRequest } from "./dicom_worker.ts";
import type { EncodeRequest } from "./nifti_worker.ts";
import type { EncodeAnswer } from "./serve_encoding.ts";

function askWorker(script: string, request: unknown): Promise<Uint8Array<ArrayBuffer>> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array<ArrayBuffer>>();
  const worker = new Worker(script, { type: "module" });
  worker.onmessage = ({ data }: MessageEvent<EncodeAnswer>) => {
    if ("file" in data) resolve(data.file);
    else reject(new Error(data.error));
  };
  worker.onerror = ({ message }) => reject(new Error(message || "the worker did not start"));
  worker.postMessage(request);
  return promise.finally(() => worker.terminate());
}

/** The bytes of a NIfTI. */
export function encodeInWorker(request: EncodeRequest): Promise<Uint8Array<ArrayBuffer>> {
  return askWorker("assets/nifti.js", request);
}

/** The bytes of a DICOM-SEG. */
export function encodeDicomInWorker(request: DicomRequest): Promise<Uint8Array<ArrayBuffer>> {
  return askWorker("assets/dicom.js", request);
}
