/** A decoding thread that works on whatever it is asked for half a second, without a break. */

import { parentPort } from "node:worker_threads";
import type { DecodeAnswer } from "../../../edge/decoding/protocol.ts";

parentPort!.on("message", () => {
  const end = performance.now() + 500;
  while (performance.now() < end);
  const answer: DecodeAnswer = { kind: "refused", status: 400, message: "slow" };
  parentPort!.postMessage(answer);
});
