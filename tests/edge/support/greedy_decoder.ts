/** A decoding thread that never answers: asked for a slice it works on, asked for anything else it takes memory. */

import { parentPort } from "node:worker_threads";
import type { DecodeRequest } from "../../../edge/decoding/protocol.ts";

/** Milliseconds; far more than a test gives it. Deno does not interrupt it, and later tests want its core. */
const lifetime = 30_000;

parentPort!.on("message", ({ kind }: DecodeRequest) => {
  const held: object[] = [], end = performance.now() + lifetime;
  while (performance.now() < end) if (kind !== "slice") held.push({ held: held.length });
});
