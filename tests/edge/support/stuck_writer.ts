/** A decoding thread that reads patients as ever, and writes their masks' files for ever. */

import { parentPort } from "node:worker_threads";
import type { DecodeRequest } from "../../../edge/decoding/protocol.ts";
import { createDecodingSession } from "../../../edge/decoding/session.ts";

const session = createDecodingSession();

parentPort!.on("message", async (request: DecodeRequest) => {
  while (request.kind === "maskFile");
  parentPort!.postMessage({ kind: "done", result: await session.answer(request) });
});
