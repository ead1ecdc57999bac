/** The switch between slices and three planes with 3D, and what is shown there. */

/// <reference lib="dom" />

import { geometryOfSpacing, positionOf, type VolumeGeometry } from "../../../shared/geometry.ts";
import type { Mask } from "../../../shared/volume.ts";
import { find, setText } from "../dom.ts";
import type { Scan } from "../open/scan.ts";
import { fail } from "../result/status.ts";
import { encodeInWorker } from "../save/encode_in_worker.ts";
import { shownPrediction } from "../segment/shown_prediction.ts";
import { redraw, state } from "../state.ts";
import { channelsToShow } from "../view/draw_slice.ts";
import { displayWindow } from "../view/intensity_range.ts";
import type { Scene } from "./scene.ts";

const stage = find("stage", HTMLElement);
const place = find("scene", HTMLElement);
const button = find("show-scene", HTMLButtonElement);
const help = find("scene-help", HTMLElement);
const canvas = find("scene-canvas", HTMLCanvasElement);

let scene: Promise<Scene> | undefined;
let isOpen = false;

/** What the scene shows, or is about to. */
let shown: { scan?: Scan; channel?: number; masks?: Uint8Array; index?: number } = {};
/** One change after the other. */
let changes: Promise<void> = Promise.resolve();

/** Downloaded and started once; tried again where that failed. */
function loadScene(): Promise<Scene> {
  scene ??= import("./scene.ts").then(({ createScene }) => createScene(canvas)).catch((error) => {
    scene = undefined;
    throw error;
  });
  return scene;
}

/** Slices whose distance no file tells are drawn as many pixels apart as makes a head of them. */
function guessedDistance({ slices, width }: Scan["volume"]): number {
  return Math.max(1, Math.round(0.65 * width / slices));
}

function geometryOf({ volume, geometry }: Scan): VolumeGeometry {
  if (geometry) return geometry;
  const { slices, height, width } = volume;
  return geometryOfSpacing([slices, height, width], [guessedDistance(volume), 1, 1]);
}

function change(work: () => Promise<void>): void {
  place.ariaBusy = "true";
  const last = changes = changes.then(work).catch((error) => {
    fail("The 3D view could not be shown.", error);
    close();
  }).finally(() => {
    if (last === changes) place.ariaBusy = "false";
  });
}

/** Brings the scene up to date with what the page shows. */
function follow(): void {
  const { scan, prediction, view } = state;
  if (!scan || scan.volume.slices === 1) return close();
  const [channel] = channelsToShow(scan.volume.channels, view.sequence);
  const window = displayWindow(scan.ranges[channel], view.window);
  const masks = view.showPrediction ? prediction?.measure?.masks : undefined;
  const geometry = geometryOf(scan), { volume } = scan;
  const newVolume = shown.scan !== scan || shown.channel !== channel;
  const newMask = newVolume || shown.masks !== masks;
  const newPlace = newMask || shown.index !== state.index;
  shown = { scan, channel, masks, index: state.index };
  if (newVolume) {
    change(async () => {
      const viewer = await loadScene();
      const file = await encodeInWorker({ volume, channel, geometry, gzip: false });
      await viewer.showVolume(file, window);
    });
  }
  if (newMask) {
    const { slices, height, width } = volume;
    const mask: Mask | undefined = masks && { data: masks, shape: [slices, height, width] };
    change(async () => {
      // A threshold that moves fast is followed, not chased.
      if (shown.masks !== masks) return;
      const file = mask && await encodeInWorker({ mask, geometry, gzip: false });
      await (await loadScene()).showMask(file);
    });
  }
  if (newPlace) {
    const { height, width } = volume, nothing = { data: new Uint8Array(), shape: [height, width] };
    const place = positionOf(geometry.affine, [
      state.index,
      ...middleOf(shownPrediction() ?? nothing),
    ]);
    change(async () => (await loadScene()).showPlace(place));
  }
  scene?.then((viewer) => viewer.setWindow(window), () => {});
}

/** The middle of a mask, or of a slice where nothing is outlined: [row, column]. */
function middleOf({ data, shape: [height, width] }: Mask): [number, number] {
  let rows = 0, columns = 0, count = 0;
  for (let pixel = 0; pixel < data.length; pixel++) {
    if (data[pixel] === 0) continue;
    rows += Math.floor(pixel / width);
    columns += pixel % width;
    count++;
  }
  return count === 0 ? [(height - 1) / 2, (width - 1) / 2] : [rows / count, columns / count];
}

function close(): void {
  isOpen = false;
  redraw();
}

/** Shows the scene where a person has asked for it. */
export function drawScene(): void {
  const { scan } = state;
  if (isOpen) follow();
  place.hidden = !isOpen;
  stage.classList.toggle("in-planes", isOpen);
  button.ariaPressed = `${isOpen}`;
  help.hidden = !isOpen;
  if (!isOpen || !scan) return;
  const guess = scan.geometry
    ? ""
    : ` The files do not tell how far apart the slices are: drawn ${
      guessedDistance(scan.volume)
    } pixels apart.`;
  setText(
    help,
    `Drag to move the cross or to turn the head, scroll to move through slices.${guess}`,
  );
}

/** Follows the button. */
export function listenToScene(): void {
  button.addEventListener("click", () => {
    isOpen = !isOpen;
    redraw();
  });
}
