/** The real slices that are one click away. */

/// <reference lib="dom" />

import { decodeImage } from "../../../shared/image/decode.ts";
import { type Sample, samples } from "../../samples.ts";
import { find } from "../dom.ts";
import { drawSlice } from "../view/draw_slice.ts";
import { intensityRanges } from "../view/intensity_range.ts";

async function fetchFile(name: string): Promise<File> {
  const response = await fetch(`assets/samples/${name}`);
  if (!response.ok) {
    throw new Error(`The server did not give ${name} (status ${response.status}).`);
  }
  return new File([await response.blob()], name, { type: "image/tiff" });
}

/** The slice and its reference mask, as if a person had dropped both. */
function fetchSample({ name }: Sample): Promise<File[]> {
  return Promise.all([fetchFile(`${name}.tif`), fetchFile(`${name}_mask.tif`)]);
}

async function drawThumbnail(canvas: HTMLCanvasElement, { name }: Sample): Promise<void> {
  const file = await fetchFile(`${name}.tif`);
  const slice = await decodeImage(new Uint8Array(await file.arrayBuffer()));
  drawSlice(canvas, slice, "FLAIR", intensityRanges({ ...slice, slices: 1 }));
}

/**
 * Fills the list of samples.
 *
 * @param open Called with the promise of the files of the sample that was clicked.
 */
export function listSamples(open: (files: Promise<File[]>) => void): void {
  const list = find("samples", HTMLUListElement);
  for (const sample of samples) {
    const canvas = document.createElement("canvas");
    const caption = document.createElement("span");
    caption.textContent = sample.caption;
    const button = document.createElement("button");
    button.type = "button";
    button.append(canvas, caption);
    button.addEventListener("click", () => open(fetchSample(sample)));
    const item = document.createElement("li");
    item.append(button);
    list.append(item);
    // A picture that does not come leaves its place empty; its button says what is wrong.
    drawThumbnail(canvas, sample).catch(() => {});
  }
}
