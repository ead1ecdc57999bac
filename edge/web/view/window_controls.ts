/** Window and level: which intensities are black and which are white. */

/// <reference lib="dom" />

import { find, setText } from "../dom.ts";
import { redraw, state } from "../state.ts";
import { channelsToShow } from "./draw_slice.ts";
import { displayWindow, unchangedWindow, type WindowChange } from "./intensity_range.ts";

const width = find("window", HTMLInputElement);
const level = find("level", HTMLInputElement);
const widthText = find("window-text", HTMLOutputElement);
const levelText = find("level-text", HTMLOutputElement);
const reset = find("reset-window", HTMLButtonElement);

function clamp(value: number, { min, max }: HTMLInputElement): number {
  return Math.min(Math.max(value, Number(min)), Number(max));
}

function setWindow(change: WindowChange): void {
  state.view.window = { level: clamp(change.level, level), width: clamp(change.width, width) };
  redraw();
}

/** Moves level and width, in widths of the first window, as far as the sliders go. */
export function changeWindow(levelBy: number, widthBy: number): void {
  const { window } = state.view;
  setWindow({ level: window.level + levelBy, width: window.width + widthBy });
}

/** Shows where the window is: in intensities for a lone sequence, in percent for all as color. */
export function drawWindowControls(): void {
  const { scan, view } = state;
  level.value = `${view.window.level}`;
  width.value = `${view.window.width}`;
  reset.disabled = !scan || (view.window.level === 0 && view.window.width === 1);
  for (const slider of [level, width]) slider.disabled = !scan;
  if (!scan) return;
  const [red, green] = channelsToShow(scan.volume.channels, view.sequence);
  const { low, high } = displayWindow(scan.ranges[red], view.window);
  const inPercent = red !== green;
  setText(
    widthText,
    inPercent ? `${Math.round(100 * view.window.width)} %` : formatIntensity(high - low),
  );
  setText(
    levelText,
    inPercent ? `${Math.round(100 * view.window.level)} %` : formatIntensity((low + high) / 2),
  );
}

function formatIntensity(value: number): string {
  return Math.abs(value) >= 10 ? `${Math.round(value)}` : value.toPrecision(2);
}

/** Follows the sliders and the button. */
export function listenToWindowControls(): void {
  for (const slider of [level, width]) {
    slider.addEventListener("input", () => {
      setWindow({ level: Number(level.value), width: Number(width.value) });
    });
  }
  reset.addEventListener("click", () => setWindow(unchangedWindow));
}
