/** Under the picture: which slice is shown, how large the outline is in each, and the way to the largest. */

/// <reference lib="dom" />

import { find, setText } from "../dom.ts";
import { largestSlice, type ScanMeasure } from "../result/measure_scan.ts";
import { showSlice, state } from "../state.ts";

const bar = find("slices", HTMLElement);
const slider = find("slice", HTMLInputElement);
const label = find("slice-label", HTMLElement);
const largest = find("largest", HTMLButtonElement);
const predictedAreas = find("predicted-areas", SVGPathElement);
const referenceAreas = find("reference-areas", SVGPathElement);
const areas = find("areas", SVGSVGElement);

/** Bars from below, one unit wide, in a picture one unit high; of the first and the last the inner half. */
function barsOf(heights: readonly number[]): string {
  const end = heights.length - 0.5;
  return heights.map((height, index) => {
    const left = Math.max(0.5, index), right = Math.min(index + 1, end);
    return height > 0 ? `M${left} 1v${-height}H${right}v${height}z` : "";
  }).join("");
}

/** What the bars were last drawn from: every frame while scrolling has the same. */
let drawnMeasure: ScanMeasure | undefined;

function drawAreas(measure: ScanMeasure | undefined): void {
  if (measure === drawnMeasure) return;
  drawnMeasure = measure;
  const slices = Array.from(measure?.slices ?? []);
  const predicted = slices.map((slice) => slice?.areaPixels ?? 0);
  const actual = slices.map((slice) =>
    slice?.counts ? slice.counts.truePositives + slice.counts.falseNegatives : 0
  );
  const highest = Math.max(1, ...predicted, ...actual);
  const share = (area: number) => area / highest;
  // From the middle of the first bar to that of the last, as the slider's thumb travels.
  areas.setAttribute("viewBox", `0.5 0 ${Math.max(1, slices.length - 1)} 1`);
  predictedAreas.setAttribute("d", barsOf(predicted.map(share)));
  referenceAreas.setAttribute("d", barsOf(actual.map(share)));
}

/** Shows where in the scan a person is. */
export function drawSliceBar(): void {
  const { scan, index, prediction } = state;
  const slices = scan?.volume.slices ?? 1;
  bar.hidden = slices === 1;
  if (slices === 1) return;
  slider.max = `${slices - 1}`;
  slider.value = `${index}`;
  const text = `${index + 1} of ${slices}`;
  slider.ariaValueText = text;
  setText(label, text);
  const measure = prediction?.measure;
  drawAreas(measure);
  largest.disabled = !measure || largestSlice(measure) === undefined;
}

/** Shows the slice with the largest outline. */
export function showLargestSlice(): void {
  const measure = state.prediction?.measure;
  const index = measure && largestSlice(measure);
  if (index !== undefined) showSlice(index);
}

/** Follows the slider and the button. */
export function listenToSliceBar(): void {
  slider.addEventListener("input", () => showSlice(Number(slider.value)));
  largest.addEventListener("click", showLargestSlice);
}
