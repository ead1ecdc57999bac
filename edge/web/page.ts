/** The page: opens slices, has them segmented, shows the outlines. */

/// <reference lib="dom" />

import { maskToPng } from "../../shared/image/encode_png.ts";
import type { Mask } from "../../shared/volume.ts";
import { createBrowserSegmenter, downloadCard } from "./browser_segmenter.ts";
import { chosen, elements, onChoice } from "./elements.ts";
import { openFiles } from "./open_files.ts";
import { applyView, drawSlice, showOutlines, showSlice } from "./picture.ts";
import { say, showDice, showError, showModel, showNumbers } from "./report.ts";
import { listSamples } from "./sample_list.ts";
import type { OpenedSlice, PageSegmentation, Segmenter } from "./segmenter.ts";
import { serverSegmenter } from "./server_segmenter.ts";

/** What is open. Everything the page shows follows from it and from its controls. */
let opened: OpenedSlice | undefined;
let reference: Mask | undefined;
let segmentation: PageSegmentation | undefined;
let running = new AbortController();
/** How often something was opened, so that a slow file does not come in after a later one. */
let openings = 0;

const card = downloadCard();
let browserSegmenter: Promise<Segmenter> | undefined;

/** Loaded once; a failed download is tried again with the next slice. */
function loadBrowserSegmenter(): Promise<Segmenter> {
  browserSegmenter ??= card.then(createBrowserSegmenter).catch((error) => {
    browserSegmenter = undefined;
    throw error;
  });
  return browserSegmenter;
}

function segmenter(): Promise<Segmenter> {
  return chosen("place") === "browser" ? loadBrowserSegmenter() : Promise.resolve(serverSegmenter);
}

function showResult(): void {
  const prediction = segmentation?.mask;
  showOutlines(prediction, reference);
  showNumbers(segmentation);
  showDice(prediction, reference);
  elements.save.disabled = prediction === undefined;
  elements.canvas.ariaLabel = describePicture();
}

function describePicture(): string {
  if (!opened) return "No slice";
  if (!segmentation) return `MRI slice ${opened.name}`;
  return segmentation.areaPixels === 0
    ? `MRI slice ${opened.name}; no tumor was found in it`
    : `MRI slice ${opened.name} with an outline around ${segmentation.areaPixels} pixels`;
}

/** Segments what is open; a newer request ends this one. */
async function run(): Promise<void> {
  if (!opened) return;
  running.abort();
  running = new AbortController();
  const { signal } = running;
  segmentation = undefined;
  showResult();
  showError();
  elements.stage.classList.add("working");
  say("Outlining…");
  try {
    const result = await (await segmenter()).segment(opened, signal);
    if (signal.aborted) return;
    segmentation = result;
    showResult();
    say(result.areaPixels === 0 ? "No tumor found in this slice." : "Outlined.");
  } catch (error) {
    if (!signal.aborted) fail("This slice could not be outlined.", error);
  } finally {
    if (!signal.aborted) elements.stage.classList.remove("working");
  }
}

function fail(what: string, error: unknown): void {
  say(what);
  showError(error instanceof Error ? error.message : String(error));
}

/** Opens what was dropped, chosen or clicked; a mask alone goes with the slice that is open. */
async function open(files: readonly File[] | Promise<File[]>): Promise<void> {
  const opening = ++openings;
  say("Opening…");
  try {
    const next = await openFiles(await files);
    if (opening !== openings) return;
    if (!next.opened && !opened) throw new Error("That is a mask. Drop its slice with it.");
    assertSameSize(next.opened ?? opened!, next.reference);
    reference = next.reference;
    if (next.opened) {
      opened = next.opened;
      elements.name.textContent = opened.name;
      showSlice(opened.slice);
      await run();
    } else {
      showError();
      showResult();
      say("Compared with the reference.");
    }
  } catch (error) {
    if (opening === openings) fail("This could not be opened.", error);
  }
}

function assertSameSize({ slice: { width, height } }: OpenedSlice, mask: Mask | undefined): void {
  if (!mask || (mask.shape[0] === height && mask.shape[1] === width)) return;
  throw new Error(
    `The mask must have the slice's size, ${width}x${height}; it has ${mask.shape[1]}x${
      mask.shape[0]
    }.`,
  );
}

function saveMask(): void {
  if (!opened || !segmentation) return;
  const address = URL.createObjectURL(
    new Blob([maskToPng(segmentation.mask)], { type: "image/png" }),
  );
  const link = document.createElement("a");
  link.href = address;
  link.download = `${opened.name.replace(/\.\w+$/, "")}_mask.png`;
  link.click();
  URL.revokeObjectURL(address);
}

function listenForFiles(): void {
  const { file, stage } = elements;
  file.addEventListener("change", () => {
    if (file.files?.length) open([...file.files]);
    // So that choosing the same file again counts as a change.
    file.value = "";
  });
  let depth = 0;
  const over = (change: number) => {
    depth += change;
    stage.classList.toggle("over", depth > 0);
  };
  document.addEventListener("dragenter", () => over(1));
  document.addEventListener("dragleave", () => over(-1));
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    over(-depth);
    const files = [...event.dataTransfer?.files ?? []];
    if (files.length > 0) open(files);
  });
}

function listenForChoices(): void {
  onChoice("sequence", () => {
    if (opened) drawSlice(elements.canvas, opened.slice, chosen("sequence"));
  });
  onChoice("place", () => {
    elements.placeHelp.textContent = chosen("place") === "browser"
      ? "The slice stays on this computer."
      : "The slice is sent to the server this page came from.";
    run();
  });
  for (const control of [elements.showPrediction, elements.showReference, elements.fill]) {
    control.addEventListener("input", applyView);
  }
  elements.save.addEventListener("click", saveMask);
}

listenForFiles();
listenForChoices();
listSamples(open);
applyView();
card.then(showModel, () => {});
loadBrowserSegmenter().then(
  () => opened || say("Ready. Drop a slice to see its outline."),
  (error) => fail("The model could not be loaded into this browser.", error),
);
