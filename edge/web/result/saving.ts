/** What can be saved: the mask of the slice that is shown. */

/// <reference lib="dom" />

import { maskToPng } from "../../../shared/image/encode_png.ts";
import { find } from "../dom.ts";
import { shownPrediction } from "../segment/prediction.ts";
import { state } from "../state.ts";
import { saveFile } from "./save_file.ts";

const saveMask = find("save", HTMLButtonElement);

/** Offers what there is to save. */
export function drawSaving(): void {
  saveMask.disabled = state.prediction?.slices[state.index] === undefined;
}

/** The mask of the slice that is shown, as a PNG of the slice's size. */
function saveMaskPng(): void {
  const { scan, index } = state, mask = shownPrediction();
  if (!scan || !mask) return;
  saveFile(
    `${scan.sliceNames[index]}_mask.png`,
    new Blob([maskToPng(mask)], { type: "image/png" }),
  );
}

/** Follows the buttons. */
export function listenToSaving(): void {
  saveMask.addEventListener("click", saveMaskPng);
}
