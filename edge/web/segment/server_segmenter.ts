/** Sends the scan to the server this page came from. */

/// <reference lib="dom" />

import { state } from "../state.ts";
import type { Segmenter } from "./segmenter.ts";
import type { ServerAnswer, ServerRequest } from "./server_protocol.ts";
import { askForToken, givenToken } from "./token_field.ts";

/** What a host of files alone answers. */
const noEdge: readonly (number | undefined)[] = [404, 405, 501];

function errorOf({ message, status }: ServerAnswer & { readonly kind: "failed" }): Error {
  if (status === 401) askForToken();
  return new Error(
    noEdge.includes(status)
      ? "This host serves the page alone, without the edge's API. Choose this browser."
      : status === 401
      ? "This server answers who has a token. Enter yours under Edge server."
      : message,
  );
}

/** Segments by `POST /v1/segment`, or by `POST /v1/volumes` for whole scans, asked by a worker. */
export const serverSegmenter: Segmenter = {
  engine: "Edge server",
  segment({ files }, { signal, onProgress, onSlice }) {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const worker = new Worker("assets/server.js", { type: "module" });
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort);
    worker.onmessage = ({ data: answer }: MessageEvent<ServerAnswer>) => {
      if (answer.kind === "progress") onProgress(answer.done, answer.total);
      else if (answer.kind === "slice") onSlice(answer.index, answer);
      else if (answer.kind === "done") resolve();
      else reject(errorOf(answer));
    };
    worker.onerror = ({ message }) => reject(new Error(message || "the worker did not start"));
    const request: ServerRequest = {
      url: new URL(".", document.baseURI).href,
      token: givenToken(),
      model: state.card?.name,
      files,
    };
    worker.postMessage(request);
    return promise.finally(() => {
      signal.removeEventListener("abort", abort);
      // Ends the request as well, so that the server need not go on.
      worker.terminate();
    });
  },
};
