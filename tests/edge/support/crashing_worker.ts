/**
 * A worker that speaks the pool's protocol without a network. The first value of a slice or a model decides what
 * it does: 1 throws, 2 answers that it failed, 3 never answers, 4 works for half a second first, 5 has downloaded
 * everything and never answers, 6 answers that its engine broke, everything else answers (a slice with an empty mask).
 */

import type { WorkerMessage, WorkerRequest } from "../../../shared/inference/worker_protocol.ts";

interface WorkerScope {
  onmessage: (event: MessageEvent<WorkerRequest>) => void;
  postMessage(message: WorkerMessage): void;
}

const scope = globalThis as unknown as WorkerScope;

function work(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

scope.onmessage = ({ data: request }) => {
  const [first] = request.kind === "load"
    ? request.model
    : request.kind === "run"
    ? request.input
    : request.slice.data;
  if (first === 1) throw new Error("out of luck");
  if (first === 2) return scope.postMessage({ kind: "failed", error: new TypeError("no model") });
  if (first === 3) return;
  if (first === 4) work(500);
  if (first === 5) return scope.postMessage({ kind: "downloaded" });
  if (first === 6) {
    return scope.postMessage({ kind: "failed", error: new Error("device lost"), broken: true });
  }
  if (request.kind === "load") return scope.postMessage({ kind: "loaded" });
  if (request.kind === "run") {
    return scope.postMessage({ kind: "ran", probability: request.input });
  }
  const { height, width } = request.slice;
  const shape = [height, width];
  const mask = { data: new Uint8Array(height * width), shape };
  const probability = { data: new Float32Array(height * width), shape };
  const timings = { preprocess: 0, infer: 0, postprocess: 0 };
  scope.postMessage({ kind: "segmented", segmentation: { mask, probability, timings } });
};
