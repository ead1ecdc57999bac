/** Segments in a worker of this browser; nothing leaves the computer. */

/// <reference lib="dom" />

import { type ModelCard, parseModelCard } from "../../../shared/model_card.ts";
import { createService, type SegmentationService } from "../../service.ts";
import type { Scan } from "../open/scan.ts";
import { modelInput } from "./model_input.ts";
import type { Segmenter, SegmentRun } from "./segmenter.ts";
import { nearestSlice } from "./slice_order.ts";

async function download(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(path);
  if (!response.ok) {
    throw new Error(`The server did not give ${path} (status ${response.status}).`);
  }
  return new Uint8Array(await response.arrayBuffer());
}

/** The card of the model that the page comes with. */
export async function downloadCard(): Promise<ModelCard> {
  return parseModelCard(new TextDecoder().decode(await download("assets/model/card.json")));
}

async function downloadService(card: ModelCard): Promise<SegmentationService> {
  const [model, wasmBinary] = await Promise.all([
    download("assets/model/model.onnx"),
    download("assets/ort-wasm-simd-threaded.wasm"),
  ]);
  const createWorker = () => new Worker("assets/worker.js", { type: "module" });
  return createService({ createWorker, size: 1, model, card, wasmBinary });
}

/** Segments one slice after the other, the one that is looked at first. */
async function segmentScan(
  service: SegmentationService,
  scan: Scan,
  { signal, shown, onSlice }: SegmentRun,
): Promise<void> {
  const waiting = new Set(Array(scan.volume.slices).keys());
  while (waiting.size > 0) {
    const index = nearestSlice(waiting, shown());
    waiting.delete(index);
    const start = performance.now();
    const { slice, scaling } = modelInput(scan, service.card, index);
    const { mask, probability } = await service.segment(slice, { scaling, signal });
    const milliseconds = performance.now() - start;
    onSlice(index, { mask: mask.data, probability: probability.data, milliseconds });
  }
}

/** Downloads the model once and starts its worker, so that the first slice need not wait for either. */
export async function createBrowserSegmenter(card: ModelCard): Promise<Segmenter> {
  const service = await downloadService(card);
  await service.warmUp();
  return { segment: (scan, run) => segmentScan(service, scan, run) };
}
