/** Sends the slice's file to the server this page came from. */

/// <reference lib="dom" />

import { decodeRunLength } from "../../../shared/run_length.ts";
import type { SegmentAnswer } from "../../answer.ts";
import type { Segmenter } from "./segmenter.ts";

async function errorOf(response: Response): Promise<Error> {
  const answer = await response.json().catch(() => ({})) as { error?: string };
  return new Error(answer.error ?? `The server answered with status ${response.status}.`);
}

/** Segments by `POST /v1/segment`. */
export const serverSegmenter: Segmenter = {
  async segment({ files: [file], volume: { slices } }, { signal, onSlice }) {
    if (slices > 1) {
      throw new Error(
        "The page sends lone slices to the edge server, not whole scans yet. Choose this browser.",
      );
    }
    const start = performance.now();
    const response = await fetch("v1/segment", {
      method: "POST",
      headers: {
        Accept: "application/json",
        "Content-Type": file.type || "application/octet-stream",
      },
      body: file,
      signal,
    }).catch((error) => {
      if (signal.aborted) throw error;
      throw new Error("The server this page came from cannot be reached.", { cause: error });
    });
    if (!response.ok) throw await errorOf(response);
    const { mask } = await response.json() as SegmentAnswer;
    onSlice(0, { mask: decodeRunLength(mask).data, milliseconds: performance.now() - start });
  },
};
