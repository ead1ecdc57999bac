/** A decoding thread that never answers: asked for a slice it works on for ever, asked for anything else it takes memory. */

import { parentPort } from "node:worker_threads";
import type { DecodeRequest } from "../../../edge/decoding/protocol.ts";

parentPort!.on("message", ({ kind }: DecodeRequest) => {
  const held: object[] = [];
  for (;;) if (kind !== "slice") held.push({ held: held.length });
});
