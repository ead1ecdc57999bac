/**
 * A worker that speaks the pool's protocol without a network. The first value of a slice decides what it
 * does: 0 answers with an empty mask, 1 throws, 2 answers that the model cannot be used, 3 never answers.
 */

import type { WorkerAnswer, WorkerRequest } from "../../../shared/inference/worker_protocol.ts";

interface WorkerScope {
  onmessage: (event: MessageEvent<WorkerRequest>) => void;
  postMessage(answer: WorkerAnswer): void;
}

const scope = globalThis as unknown as WorkerScope;

scope.onmessage = ({ data: request }) => {
  if (request.kind === "load") return;
  const { data, height, width } = request.slice;
  if (data[0] === 1) throw new Error("out of luck");
  if (data[0] === 2) {
    scope.postMessage({ kind: "failed", error: new TypeError("no model"), usable: false });
  } else if (data[0] === 0) {
    const shape = [height, width];
    const mask = { data: new Uint8Array(height * width), shape };
    const probability = { data: new Float32Array(height * width), shape };
    const timings = { scaling: 0, network: 0, mask: 0 };
    scope.postMessage({ kind: "segmented", segmentation: { mask, probability, timings } });
  }
};
