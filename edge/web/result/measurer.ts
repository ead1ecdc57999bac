/** Keeps the measures of the page's prediction up to date, in a worker. */

/// <reference lib="dom" />

import { drawn, redraw, state } from "../state.ts";
import type { SegmentedSlice } from "../segment/segmenter.ts";
import type { ScanMeasure } from "./measure_scan.ts";
import type { MeasureAnswer, MeasureRequest } from "./measure_protocol.ts";

let worker: Worker | undefined;
let run = 0;
let answered = Promise.withResolvers<void>();

function send(request: MeasureRequest): void {
  worker ??= startWorker();
  worker.postMessage(request);
}

/** Resolves when another measure of the prediction that the page shows is there, and drawn. */
async function nextMeasure(): Promise<void> {
  await answered.promise;
  await drawn();
}

function startWorker(): Worker {
  const started = new Worker("assets/measure.js", { type: "module" });
  started.onmessage = ({ data }: MessageEvent<MeasureAnswer>) => {
    if (data.run !== run || !state.prediction) return;
    state.prediction.measure = data.measure;
    redraw();
    answered.resolve();
    answered = Promise.withResolvers();
  };
  return started;
}

/** Forgets what was measured, and begins with the open scan. */
export function startMeasuring(): void {
  const { scan, card, reference, view: { threshold } } = state;
  if (!scan || !card) return;
  const { slices, height, width } = scan.volume;
  const { smallestComponent } = card;
  const shape = [slices, height, width] as const;
  send({ kind: "start", run: ++run, shape, threshold, reference, card: { smallestComponent } });
}

/** Adds a slice that was segmented. */
export function measureSegmented(index: number, segmented: SegmentedSlice): void {
  send({ kind: "slice", index, segmented });
}

/** Measures again, at the threshold that a person has moved to. */
export function measureAtThreshold(): void {
  if (state.prediction) send({ kind: "threshold", threshold: state.view.threshold });
}

/** Measures again, against another reference; resolves when that is drawn. */
export async function measureAgainstReference(): Promise<void> {
  if (!state.prediction) return;
  send({ kind: "reference", reference: state.reference });
  await nextMeasure();
}

/** The measure of all slices, once they are there and the measure is drawn. */
export async function completeMeasure(): Promise<ScanMeasure> {
  for (;;) {
    // Looked up each time, as several may come while one is drawn.
    const measure = state.prediction?.measure;
    if (measure?.masks) return measure;
    await nextMeasure();
  }
}
