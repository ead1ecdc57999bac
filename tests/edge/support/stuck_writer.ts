/** A decoding thread that reads patients as ever, and never comes to the end of a mask's file. */

import { parentPort } from "node:worker_threads";
import type { DecodeRequest } from "../../../edge/decoding/protocol.ts";
import { createDecodingSession } from "../../../edge/decoding/session.ts";

const session = createDecodingSession();

parentPort!.on("message", async (request: DecodeRequest) => {
  // Not a loop: Deno would not interrupt it, and all later tests would have a core less.
  if (request.kind === "maskFile") return;
  parentPort!.postMessage({ kind: "done", result: await session.answer(request) });
});
