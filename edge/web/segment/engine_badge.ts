/** What runs the model, and how long it takes for a slice. */

/// <reference lib="dom" />

import { find, setText } from "../dom.ts";
import { state } from "../state.ts";

const badge = find("engine", HTMLElement);

let engine = "";

/** Tells the badge what runs the model. */
export function setEngine(name: string): void {
  engine = name;
}

/** What runs the model, or ran it last. */
export function engineInUse(): string {
  return engine;
}

/** Shows the engine, with the mean time of the slices that are done. */
export function drawEngineBadge(): void {
  const done = (state.prediction?.slices ?? []).filter((slice) => slice !== undefined);
  const total = done.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const time = done.length > 0 ? `, ${Math.round(total / done.length)} ms a slice` : "";
  setText(badge, engine + time);
}
