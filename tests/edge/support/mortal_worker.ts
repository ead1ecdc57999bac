/** The inference worker as it is, but that it crashes when it is told to. */

import "../../../shared/inference/worker.ts";

const scope = globalThis as unknown as { onmessage: (event: MessageEvent) => void };

const receive = scope.onmessage;
scope.onmessage = (event) => {
  if (event.data === "die") throw new Error("killed");
  receive(event);
};
