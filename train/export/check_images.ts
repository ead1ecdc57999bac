/**
 * Real slices with tumor that every export is checked on.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { decodeImage } from "../../shared/image/decode.ts";
import { applyScalingPlanar, type Preprocessing, sliceScaling } from "../../shared/scaling.ts";
import { selectSequences } from "../../shared/sequence.ts";
import type { Slice } from "../../shared/volume.ts";
import type { CheckImage } from "./self_check.ts";

/** The slices of `train/sample` in which two patients' tumors are largest, 256x256. */
const slices = [
  "TCGA_CS_4943_20000902/TCGA_CS_4943_20000902_17.tif",
  "TCGA_HT_7602_19951103/TCGA_HT_7602_19951103_9.tif",
];

/**
 * A batch of two slices of 256x256, and one of them cropped to 128x192, which any depth can halve.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const images = await checkImages(["FLAIR"], { method: "percentile", low: 10, high: 99 });
 * assert.deepEqual(images.map(({ shape }) => shape), [[2, 1, 256, 256], [1, 1, 128, 192]]);
 * ```
 */
export async function checkImages(
  sequences: readonly string[],
  preprocessing: Preprocessing,
): Promise<CheckImage[]> {
  const read = async (name: string) =>
    selectSequences(
      await decodeImage(await readFile(new URL(`../sample/${name}`, import.meta.url))),
      sequences,
    );
  const scale = (slice: Slice) => applyScalingPlanar(slice, sliceScaling(slice, preprocessing));
  const [first, second] = await Promise.all(slices.map(read));
  const { channels, height, width } = first;
  const both = [...scale(first), ...scale(second)];
  const cropped = crop(first, 128, 192);
  return [
    { data: Float32Array.from(both), shape: [2, channels, height, width] },
    { data: scale(cropped), shape: [1, channels, cropped.height, cropped.width] },
  ];
}

/** The middle of a slice. */
function crop(slice: Slice, height: number, width: number): Slice {
  const { channels } = slice;
  const top = (slice.height - height) >> 1, left = (slice.width - width) >> 1;
  const data = new Uint8Array(height * width * channels);
  for (let row = 0; row < height; row++) {
    const start = ((top + row) * slice.width + left) * channels;
    data.set(slice.data.subarray(start, start + width * channels), row * width * channels);
  }
  return { data, height, width, channels };
}
