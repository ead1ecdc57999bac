/** Has the open scan segmented where a person wants it, and keeps what comes of it. */

/// <reference lib="dom" />

import { chosen, find } from "../dom.ts";
import { segmenterInUse } from "../model/model_in_use.ts";
import { largestSlice, type ScanMeasure } from "../result/measure_scan.ts";
import { completeMeasure, measureSegmented, startMeasuring } from "../result/measurer.ts";
import { fail, say, showError, showProgress } from "../result/status.ts";
import { drawn, redraw, state } from "../state.ts";
import { setEngine } from "./engine_badge.ts";
import type { Prediction } from "./prediction.ts";
import type { Segmenter } from "./segmenter.ts";
import { serverSegmenter } from "./server_segmenter.ts";

const stage = find("stage", HTMLElement);

let running = new AbortController();

async function chosenSegmenter(): Promise<Segmenter> {
  return chosen("place") === "browser" ? await segmenterInUse() : serverSegmenter;
}

/** Ends what is running; what has come of it stays. */
export function stopSegmenting(): void {
  running.abort();
  stage.classList.remove("working");
  showProgress();
}

/** Says what came of it, and shows the slice worth a look to whoever has not chosen one. */
async function finish(measure: ScanMeasure): Promise<void> {
  const largest = largestSlice(measure);
  if (largest !== undefined && !state.moved) state.index = largest;
  redraw();
  await drawn();
  say(largest === undefined ? "Nothing was found to outline." : "Outlined.");
}

/** Segments the open scan; a newer request ends this one. */
export async function segmentScan(): Promise<void> {
  const { scan } = state;
  if (!scan) return;
  stopSegmenting();
  const { signal } = running = new AbortController();
  const { slices } = scan.volume;
  const prediction: Prediction = { slices: Array(slices) };
  state.prediction = prediction;
  startMeasuring();
  showError();
  stage.classList.add("working");
  say("Outlining…");
  showProgress(0, slices);
  redraw();
  try {
    const segmenter = await chosenSegmenter();
    setEngine(segmenter.engine);
    await segmenter.segment(scan, {
      signal,
      shown: () => state.index,
      onProgress: (done, total) => signal.aborted || showProgress(done, total),
      onSlice(index, segmented) {
        if (signal.aborted) return;
        // The best may have failed.
        setEngine(segmenter.engine);
        prediction.slices[index] = segmented;
        measureSegmented(index, segmented);
        redraw();
      },
    });
    if (signal.aborted) return;
    const measure = await completeMeasure();
    if (!signal.aborted) await finish(measure);
  } catch (error) {
    if (!signal.aborted) fail("This scan could not be outlined.", error);
  }
  if (!signal.aborted) stopSegmenting();
}
