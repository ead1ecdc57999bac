/** The slice that is shown, with what lies over it: outlines and heat map. */

/// <reference lib="dom" />

import { outlinePath } from "../../../shared/outline_path.ts";
import { type Mask, sliceOf } from "../../../shared/volume.ts";
import { find } from "../dom.ts";
import { shownPrediction, shownProbability, shownReference } from "../segment/shown_prediction.ts";
import { state } from "../state.ts";
import { drawSlice } from "./draw_slice.ts";
import { drawHeatMap } from "./heat_map.ts";
import { displayWindow } from "./intensity_range.ts";

const stage = find("stage", HTMLElement);
const picture = find("picture", HTMLElement);
const canvas = find("canvas", HTMLCanvasElement);
const heat = find("heat", HTMLCanvasElement);
const outlines = find("outlines", SVGSVGElement);
const predictionOutline = find("prediction-outline", SVGPathElement);
const referenceOutline = find("reference-outline", SVGPathElement);

function drawOutline(element: SVGPathElement, mask: Mask | undefined): void {
  element.setAttribute("d", mask ? outlinePath(mask) : "");
}

/** Draws the slice that is shown, as it is to be seen. */
export function drawPicture(): void {
  const { scan, index, view } = state;
  picture.hidden = scan === undefined;
  stage.classList.toggle("filled", scan !== undefined);
  if (!scan) return;
  const { volume, ranges } = scan;
  const windows = ranges.map((range) => displayWindow(range, view.window));
  drawSlice(canvas, sliceOf(volume, index), view.sequence, windows);
  const heated = view.style === "heat" && view.showPrediction;
  drawHeatMap(heat, heated ? shownProbability() : undefined);
  heat.style.opacity = `${view.opacity}`;
  drawOutline(predictionOutline, view.showPrediction ? shownPrediction() : undefined);
  drawOutline(referenceOutline, view.showReference ? shownReference() : undefined);
  outlines.style.setProperty("--fill", view.style === "fill" ? `${view.opacity}` : "0");
  canvas.ariaLabel = describe();
}

/** Gives the picture the size and shape of a scan that was just opened. */
export function fitPicture(): void {
  if (!state.scan) return;
  const { volume: { width, height }, geometry } = state.scan;
  outlines.setAttribute("viewBox", `0 0 ${width} ${height}`);
  const [rows, columns] = geometry?.spacing.slice(1) ?? [1, 1];
  picture.style.setProperty("--aspect", `${width * columns / (height * rows)}`);
}

/** The picture in words. */
function describe(): string {
  const { scan, index, prediction } = state;
  if (!scan) return "No slice";
  const name = `MRI slice ${scan.sliceNames[index]}`;
  if (!prediction?.slices[index]) return name;
  const mask = shownPrediction();
  const area = mask ? mask.data.reduce((sum, value) => sum + value, 0) : 0;
  return area === 0
    ? `${name}; nothing is outlined in it`
    : `${name} with an outline around ${area} pixels`;
}
