/**
 * A patient of sixty slices, as scanners and as the published data have it, and how long scaling it takes.
 *
 * @module
 */
import { foregroundPreprocessing, volumeScaling } from "../../shared/scaling.ts";
import type { Volume } from "../../shared/volume.ts";
import { median } from "../../train/evaluation/average.ts";
import type { Bar } from "./bar.ts";

/** The patient's slices over and over, up to sixty; beyond 8 bits with values between theirs, as scanners have them. */
export function sixtySlices(volume: Volume): Record<string, Volume> {
  const slices = 60, { data, height, width, channels } = volume;
  const length = slices * height * width * channels;
  const bytes = Uint8Array.from({ length }, (_, index) => data[index % data.length]);
  const words = Uint16Array.from(bytes, (value, index) => 13 * value + index * 7 % 13);
  const floats = Float32Array.from(words, (value) => 0.37 * value - 100);
  const types = { "8 bit": bytes, "16 bit": words, floats };
  return Object.fromEntries(
    Object.entries(types).map(([type, data]) => [type, { ...volume, slices, data }]),
  );
}

/** A bar for each type of voxel. */
export function scalingBars(volume: Volume, turns: number): Bar[] {
  return Object.entries(sixtySlices(volume)).map(([type, sixty]) => {
    scale(sixty); // The first one compiles.
    const value = median(Array.from({ length: turns }, () => scale(sixty)))!;
    const what = `scaling of 60x${volume.height}x${volume.width}, ${type}, median`;
    return { what, value, limit: 100, unit: "ms" };
  });
}

/** Milliseconds. */
function scale(volume: Volume): number {
  const start = performance.now();
  volumeScaling(volume, foregroundPreprocessing);
  return performance.now() - start;
}
