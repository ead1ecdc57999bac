/**
 * The inference worker: the code on the other side of a worker pool. Runs in a Deno worker and, bundled,
 * in a browser's; holds one engine and segments one slice at a time.
 *
 * @module
 */

import { createEngine, type Engine } from "./engine.ts";
import { segmentSlice } from "./segment_slice.ts";
import type {
  LoadRequest,
  SegmentRequest,
  WorkerAnswer,
  WorkerRequest,
} from "./worker_protocol.ts";

/** What Deno's and a browser's worker scope have in common; neither's types are there in the other. */
interface WorkerScope {
  onmessage: (event: MessageEvent<WorkerRequest>) => void;
  postMessage(answer: WorkerAnswer, transfer: Transferable[]): void;
}

const scope = globalThis as unknown as WorkerScope;
let loaded: Promise<{ engine: Engine; card: LoadRequest["card"] }>;

async function load({ model, card, wasmBinary }: LoadRequest) {
  return { engine: await createEngine({ model, wasmBinary }), card };
}

async function segment({ slice, scaling }: SegmentRequest): Promise<void> {
  const { engine, card } = await loaded;
  const segmentation = await segmentSlice(engine, card, slice, scaling);
  const { probability, mask } = segmentation;
  scope.postMessage({ kind: "segmented", segmentation }, [
    probability.data.buffer as ArrayBuffer,
    mask.data.buffer as ArrayBuffer,
  ]);
}

async function fail(reason: unknown): Promise<void> {
  const error = reason instanceof Error ? reason : new Error(String(reason));
  const usable = await loaded.then(() => true, () => false);
  scope.postMessage({ kind: "failed", error, usable }, []);
}

scope.onmessage = ({ data }) => {
  if (data.kind === "load") {
    loaded = load(data);
    // A model that does not load is reported to whoever asks for a slice.
    loaded.catch(() => {});
  } else {
    segment(data).catch(fail);
  }
};
