/**
 * The decoding thread: what `thread.ts` starts.
 *
 * @module
 */

import { HTTPException } from "hono/http-exception";
import { parentPort } from "node:worker_threads";
import type { DecodeAnswer, DecodeRequest, DecodeResults } from "./protocol.ts";
import { createDecodingSession } from "./session.ts";

const session = createDecodingSession();

async function answer(request: DecodeRequest): Promise<DecodeAnswer> {
  try {
    return { kind: "done", result: await session.answer(request) };
  } catch (error) {
    if (error instanceof HTTPException) {
      return { kind: "refused", status: error.status, message: error.message };
    }
    return { kind: "failed", error: error instanceof Error ? error : new Error(String(error)) };
  }
}

/** Everything large, which moves instead of being copied. */
function buffersOf(result: DecodeResults[keyof DecodeResults]): ArrayBuffer[] {
  const arrays = Array.isArray(result)
    ? result.map(({ data }) => data)
    : "volume" in result
    ? [result.volume.data]
    : "bytes" in result
    ? [result.bytes]
    : "data" in result
    ? [result.data]
    : [];
  return [...new Set(arrays.map(({ buffer }) => buffer as ArrayBuffer))];
}

// Not `on`, for which Deno looks for ports in every single byte of a message.
parentPort!.addEventListener("message", async (event) => {
  const { data: request } = event as MessageEvent<DecodeRequest>;
  const answered = await answer(request);
  parentPort!.postMessage(answered, answered.kind === "done" ? buffersOf(answered.result) : []);
});
