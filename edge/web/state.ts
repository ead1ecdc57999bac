/**
 * What the page shows: the scan, what is known of it, and how a person wants to see it. Whoever changes
 * something here calls {@linkcode redraw}; whoever draws something registers with {@linkcode onRedraw}.
 */

/// <reference lib="dom" />

import type { ModelCard } from "../../shared/model_card.ts";
import type { Mask } from "../../shared/volume.ts";
import type { Scan } from "./open/scan.ts";
import type { Prediction } from "./segment/prediction.ts";
import { unchangedWindow, type WindowChange } from "./view/intensity_range.ts";

/** How an outline is drawn. */
export type OutlineStyle = "contour" | "fill" | "heat";

/** How a person wants to see the scan. */
export interface View {
  /** A sequence's name, or "all": three sequences as red, green and blue. */
  sequence: string;
  window: WindowChange;
  style: OutlineStyle;
  /** Of fill and heat map, from 0 to 1. */
  opacity: number;
  /** Probabilities over this are outlined; the card's own until a person moves it. */
  threshold: number;
  showPrediction: boolean;
  showReference: boolean;
}

/** What is shown now. */
export const state: {
  /** Absent until it has been downloaded. */
  card?: ModelCard;
  scan?: Scan;
  /** The slice that is shown, from 0. */
  index: number;
  /** Whether a person has chosen the slice that is shown. */
  moved: boolean;
  /** Shape [slices, height, width]. */
  reference?: Mask;
  prediction?: Prediction;
  readonly view: View;
} = {
  index: 0,
  moved: false,
  view: {
    sequence: "FLAIR",
    window: unchangedWindow,
    style: "contour",
    opacity: 0.35,
    threshold: 0.5,
    showPrediction: true,
    showReference: true,
  },
};

const listeners: (() => void)[] = [];
let scheduled = false;

/** Calls a function in every frame before which something has changed. */
export function onRedraw(listener: () => void): void {
  listeners.push(listener);
}

/** Draws once before the next frame, however often this is called. */
export function redraw(): void {
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(() => {
    scheduled = false;
    for (const listener of listeners) listener();
  });
}

/** Resolves when everything that has changed is drawn. */
export function drawn(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => resolve()));
}

/** Shows another slice of the open scan; beyond its ends, the outermost. */
export function showSlice(index: number): void {
  if (!state.scan) return;
  const last = state.scan.volume.slices - 1;
  const next = Math.min(Math.max(Math.round(index), 0), last);
  state.moved = true;
  if (next === state.index) return;
  state.index = next;
  redraw();
}
