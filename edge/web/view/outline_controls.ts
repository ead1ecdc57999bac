/** How outlines are drawn: which, at which threshold, as line, surface or heat map. */

/// <reference lib="dom" />

import { chosen, find, onChoice, setText } from "../dom.ts";
import { measureAtThreshold } from "../result/measurer.ts";
import { type OutlineStyle, redraw, state } from "../state.ts";

const showPrediction = find("show-prediction", HTMLInputElement);
const showReference = find("show-reference", HTMLInputElement);
const referenceCheck = find("reference-check", HTMLElement);
const threshold = find("threshold", HTMLInputElement);
const thresholdText = find("threshold-text", HTMLOutputElement);
const thresholdHelp = find("threshold-help", HTMLElement);
const opacity = find("opacity", HTMLInputElement);
const opacityText = find("opacity-text", HTMLOutputElement);
const contourChoice = find("contour-choice", HTMLInputElement);
const heatChoice = find("heat-choice", HTMLInputElement);

/** Whether there are probabilities to threshold: the edge sends masks alone. */
function hasProbabilities(): boolean {
  const slices = state.prediction?.slices ?? [];
  return !slices.some((slice) => slice && !slice.probability);
}

/** Shows how outlines are drawn. */
export function drawOutlineControls(): void {
  const { view, reference } = state;
  referenceCheck.hidden = reference === undefined;
  const probable = hasProbabilities();
  threshold.disabled = heatChoice.disabled = !probable;
  // Where there is no heat map to see, the outline alone is what is seen; the wish for one is kept.
  const style = view.style === "heat" && !probable ? "contour" : view.style;
  if (view.style === "heat") (probable ? heatChoice : contourChoice).checked = true;
  thresholdHelp.hidden = probable;
  threshold.value = `${view.threshold}`;
  setText(thresholdText, view.threshold.toFixed(2));
  setText(opacityText, `${Math.round(100 * view.opacity)} %`);
  opacity.disabled = style === "contour";
}

/** Sets the threshold, and measures again. */
export function setThreshold(value: number): void {
  state.view.threshold = value;
  measureAtThreshold();
  redraw();
}

/** Follows the controls. */
export function listenToOutlineControls(): void {
  const { view } = state;
  threshold.addEventListener("input", () => setThreshold(Number(threshold.value)));
  opacity.addEventListener("input", () => {
    view.opacity = Number(opacity.value);
    redraw();
  });
  showPrediction.addEventListener("change", () => {
    view.showPrediction = showPrediction.checked;
    redraw();
  });
  showReference.addEventListener("change", () => {
    view.showReference = showReference.checked;
    redraw();
  });
  onChoice("style", () => {
    view.style = chosen("style") as OutlineStyle;
    redraw();
  });
}
