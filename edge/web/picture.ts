/** The slice on its canvas, and the outlines over it. */

/// <reference lib="dom" />

import { applyScaling, type Preprocessing, sliceScaling } from "../../shared/scaling.ts";
import { selectSequences, sequences } from "../../shared/sequence.ts";
import type { Mask, Slice } from "../../shared/volume.ts";
import { chosen, elements } from "./elements.ts";
import { outlinePath } from "./outline_path.ts";

/** Darker and brighter values than these are clipped, so that fat and skull do not dim the brain. */
const display: Preprocessing = { method: "percentile", low: 1, high: 99.5 };

/** The channels of a slice to show: one as gray, or three as color. */
function channelsToShow(slice: Slice, shown: string): Slice {
  return slice.channels === sequences.length && shown !== "all"
    ? selectSequences(slice, [shown])
    : slice;
}

/** Draws a slice; a sequence is chosen only where there are several. */
export function drawSlice(canvas: HTMLCanvasElement, slice: Slice, shown: string): void {
  const { height, width } = slice;
  const picture = channelsToShow(slice, shown);
  const bright = applyScaling(picture, sliceScaling(picture, display));
  const pixels = new Uint8ClampedArray(4 * height * width).fill(255);
  for (let pixel = 0; pixel < height * width; pixel++) {
    for (let color = 0; color < 3; color++) {
      const channel = Math.min(color, picture.channels - 1);
      pixels[4 * pixel + color] = 255 * bright[pixel * picture.channels + channel];
    }
  }
  canvas.width = width;
  canvas.height = height;
  canvas.getContext("2d")!.putImageData(new ImageData(pixels, width, height), 0, 0);
}

/** Shows a slice on the stage, with no outlines yet. */
export function showSlice(slice: Slice): void {
  const { canvas, outlines, picture, sequence, stage } = elements;
  drawSlice(canvas, slice, chosen("sequence"));
  outlines.setAttribute("viewBox", `0 0 ${slice.width} ${slice.height}`);
  picture.style.setProperty("--aspect", `${slice.width / slice.height}`);
  picture.hidden = false;
  sequence.disabled = slice.channels !== sequences.length;
  stage.classList.add("filled");
}

/** Puts the outlines over the slice; an absent mask has none. */
export function showOutlines(prediction: Mask | undefined, reference: Mask | undefined): void {
  elements.predictionOutline.setAttribute("d", prediction ? outlinePath(prediction) : "");
  elements.referenceOutline.setAttribute("d", reference ? outlinePath(reference) : "");
  elements.referenceCheck.hidden = reference === undefined;
}

/** Takes over which outlines are wanted and how much they are filled. */
export function applyView(): void {
  const { outlines, predictionOutline, referenceOutline, showPrediction, showReference, fill } =
    elements;
  predictionOutline.toggleAttribute("hidden", !showPrediction.checked);
  referenceOutline.toggleAttribute("hidden", !showReference.checked);
  outlines.style.setProperty("--fill", `${Number(fill.value) / 100}`);
}
