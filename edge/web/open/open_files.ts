/** Opens what a person dropped, chose or clicked, and has it segmented. */

/// <reference lib="dom" />

import { find } from "../dom.ts";
import { modelInUse } from "../model/model_in_use.ts";
import { measureAgainstReference } from "../result/measurer.ts";
import { fail, onCancel, say, showError, showProgress } from "../result/status.ts";
import { segmentScan, stopSegmenting } from "../segment/run.ts";
import { redraw, state } from "../state.ts";
import { unchangedWindow } from "../view/intensity_range.ts";
import { fitPicture } from "../view/picture.ts";
import { placeReference } from "./place_reference.ts";
import { readInWorker } from "./read_in_worker.ts";
import type { NamedMask, Scan } from "./scan.ts";

const name = find("name", HTMLElement);

let opening = new AbortController();

/** Opens a scan, or masks that go with the one that is open. A newer request ends this one. */
export async function openFiles(files: Promise<File[]>): Promise<void> {
  opening.abort();
  const { signal } = opening = new AbortController();
  stopSegmenting();
  say("Opening…");
  try {
    const { card: { preprocessing } } = await modelInUse();
    const { scan, masks } = await readInWorker(await files, {
      preprocessing,
      signal,
      onProgress: ({ done, total }) => signal.aborted || showProgress(done, total),
    });
    if (signal.aborted) return;
    if (scan) showScan(scan, masks);
    else await compare(masks);
  } catch (error) {
    if (!signal.aborted) fail("This could not be opened.", error);
  }
  if (!signal.aborted) showProgress();
}

function showScan(scan: Scan, masks: readonly NamedMask[]): void {
  const reference = masks.length > 0 ? placeReference(scan, masks) : undefined;
  Object.assign(state, { scan, reference, prediction: undefined, moved: false });
  state.index = Math.floor(scan.volume.slices / 2);
  state.view.window = unchangedWindow;
  name.textContent = scan.name;
  fitPicture();
  redraw();
  segmentScan();
}

async function compare(masks: readonly NamedMask[]): Promise<void> {
  if (!state.scan) throw new Error("That is a mask. Drop its slices with it.");
  state.reference = placeReference(state.scan, masks);
  showError();
  redraw();
  await measureAgainstReference();
  say("Compared with the reference.");
}

/** What a person cancels stays as far as it came. */
onCancel(() => {
  opening.abort();
  stopSegmenting();
  say("Cancelled.");
});
