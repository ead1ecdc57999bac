/** Segments in a worker of this browser; nothing leaves the computer. */

/// <reference lib="dom" />

import { assertModelChecksum } from "../../../shared/inference/model_checksum.ts";
import { pooledModel } from "../../../shared/inference/worker_pool.ts";
import { createWorkers } from "../../../shared/inference/workers.ts";
import type { ModelCard } from "../../../shared/model_card.ts";
import { type SegmentationService, serviceOf } from "../../service.ts";
import { downloadModel } from "../model/download.ts";
import { scaledScan } from "../open/scaled_scan.ts";
import type { Scan } from "../open/scan.ts";
import { listEngines } from "./engines.ts";
import { modelInput } from "./model_input.ts";
import type { Segmenter, SegmentRun } from "./segmenter.ts";
import { nearestSlice } from "./slice_order.ts";

/** What starting may take, on a slow line too: ONNX Runtime is a download of megabytes. */
const loadLimit = 90_000;

/** Segments one slice after the other, the one that is looked at first. */
async function segmentScan(
  service: SegmentationService,
  opened: Scan,
  { signal, shown, onProgress, onSlice }: SegmentRun,
): Promise<void> {
  const scan = await scaledScan(opened, service.card, signal);
  const waiting = new Set(Array(scan.volume.slices).keys());
  while (waiting.size > 0) {
    const index = nearestSlice(waiting, shown());
    waiting.delete(index);
    const start = performance.now();
    const { slice, scaling } = modelInput(scan, service.card, index);
    const { mask, probability } = await service.segment(slice, { scaling, signal });
    const milliseconds = performance.now() - start;
    onSlice(index, { mask: mask.data, probability: probability.data, milliseconds });
    onProgress(scan.volume.slices - waiting.size, scan.volume.slices);
  }
}

/** The model in workers of this browser. */
export interface BrowserSegmenter extends Segmenter {
  /** From the first download to the first answer, in milliseconds. */
  readonly startMilliseconds: number;
  /** Ends its workers; what they are at is rejected. */
  close(): void;
}

/** Downloads the model once and starts its worker, so that the first slice need not wait for either. */
export async function createBrowserSegmenter(card: ModelCard): Promise<BrowserSegmenter> {
  const start = performance.now();
  const wanted = new URLSearchParams(location.search).get("engine");
  const [model, engines] = await Promise.all([
    downloadModel(card),
    listEngines(card, wanted),
  ]);
  await assertModelChecksum(card, model);
  const workers = createWorkers({ engines, size: 1, loadLimit, interrupts: true });
  const service = serviceOf(pooledModel(workers, { model, card }), card);
  try {
    await service.warmUp();
  } catch (error) {
    workers.close();
    throw error;
  }
  return {
    segment: (scan, run) => segmentScan(service, scan, run),
    get engine() {
      return workers.engineOf(card);
    },
    startMilliseconds: performance.now() - start,
    close: () => workers.close(),
  };
}
