/** Opens files in a worker. */

/// <reference lib="dom" />

import type { ReadAnswer, ReadProgress, ReadRequest } from "./read_protocol.ts";
import type { Opened } from "./scan.ts";

/** What opening needs to know, and whom to tell. */
export interface ReadOptions extends Pick<ReadRequest, "preprocessing"> {
  /** Ends the worker and rejects with the signal's reason. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ReadProgress) => void;
}

/**
 * The scan and the reference masks in some files.
 *
 * @throws {Error} in words for the person who opened them.
 */
export function readInWorker(files: readonly File[], options: ReadOptions): Promise<Opened> {
  const { preprocessing, signal, onProgress } = options;
  const { promise, resolve, reject } = Promise.withResolvers<Opened>();
  const worker = new Worker("assets/reader.js", { type: "module" });
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort);
  worker.onmessage = ({ data: answer }: MessageEvent<ReadAnswer>) => {
    if (answer.kind === "progress") onProgress(answer);
    else if (answer.kind === "opened") resolve(answer.opened);
    else reject(new Error(answer.message));
  };
  worker.onerror = (event) => {
    reject(new Error(`The files could not be read: ${event.message || "no worker started"}`));
  };
  worker.postMessage({ files, preprocessing } satisfies ReadRequest);
  return promise.finally(() => {
    signal.removeEventListener("abort", abort);
    worker.terminate();
  });
}
