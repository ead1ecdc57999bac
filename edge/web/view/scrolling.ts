/** Through the slices on the picture itself: wheel, keys and touch; brightness by dragging the mouse. */

/// <reference lib="dom" />

import { find } from "../dom.ts";
import { showSlice, state } from "../state.ts";
import { showLargestSlice } from "./slice_bar.ts";
import { changeWindow } from "./window_controls.ts";

const picture = find("picture", HTMLElement);

/** Of a wheel or a finger, in pixels, that make one slice. */
const wheelStep = 40, touchStep = 14;

function listenToWheel(): void {
  let travelled = 0;
  picture.addEventListener("wheel", (event) => {
    // With Ctrl, a person zooms the page.
    if (!state.scan || state.scan.volume.slices === 1 || event.ctrlKey) return;
    event.preventDefault();
    travelled += event.deltaMode === WheelEvent.DOM_DELTA_PIXEL
      ? event.deltaY
      : event.deltaY * wheelStep;
    const steps = Math.trunc(travelled / wheelStep);
    travelled -= steps * wheelStep;
    if (steps !== 0) showSlice(state.index + steps);
  }, { passive: false });
}

const slicesOfKey: Readonly<Record<string, number>> = {
  ArrowUp: 1,
  ArrowRight: 1,
  ArrowDown: -1,
  ArrowLeft: -1,
  PageUp: 10,
  PageDown: -10,
  Home: -Infinity,
  End: Infinity,
};

function listenToKeys(): void {
  picture.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const steps = slicesOfKey[event.key];
    if (steps !== undefined) showSlice(state.index + steps);
    else if (event.key.toLowerCase() === "l") showLargestSlice();
    else return;
    event.preventDefault();
  });
}

/** A finger moves through the slices sideways, as up and down is the page's own; a mouse changes the window. */
function listenToPointer(): void {
  let from: { x: number; y: number; index: number } | undefined;
  picture.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !state.scan) return;
    from = { x: event.clientX, y: event.clientY, index: state.index };
    picture.setPointerCapture(event.pointerId);
  });
  picture.addEventListener("pointermove", (event) => {
    if (!from) return;
    const [x, y] = [event.clientX - from.x, event.clientY - from.y];
    if (event.pointerType === "mouse") {
      changeWindow(-y / picture.clientHeight, x / picture.clientWidth);
      from = { ...from, x: event.clientX, y: event.clientY };
    } else {
      showSlice(from.index + x / touchStep);
    }
  });
  for (const end of ["pointerup", "pointercancel"]) {
    picture.addEventListener(end, () => from = undefined);
  }
}

/** Follows wheel, keys, fingers and mouse. */
export function listenToPicture(): void {
  listenToWheel();
  listenToKeys();
  listenToPointer();
}
