/** A slice's pixels on a canvas. */

/// <reference lib="dom" />

import { sequences } from "../../../shared/sequence.ts";
import type { Slice } from "../../../shared/volume.ts";
import type { DisplayWindow } from "./intensity_range.ts";

/**
 * The channels that become red, green and blue: one sequence three times, which is gray, or the three
 * sequences of a slice. A slice that has not all three shows its first.
 *
 * @param shown A sequence's name, or "all".
 */
export function channelsToShow(channels: number, shown: string): readonly [number, number, number] {
  if (channels !== sequences.length) return [0, 0, 0];
  if (shown === "all") return [0, 1, 2];
  const channel = sequences.indexOf(shown as typeof sequences[number]);
  return [channel, channel, channel];
}

/** The picture of the last frame, used again: a new one for each would have to be cleaned up. */
let held: ImageData | undefined;

function pictureOf(width: number, height: number): ImageData {
  if (held?.width !== width || held.height !== height) held = new ImageData(width, height);
  return held;
}

/**
 * Draws a slice, pixel by pixel.
 *
 * @param shown A sequence's name, or "all".
 * @param windows What is black and what is white, one for each channel of the slice.
 */
export function drawSlice(
  canvas: HTMLCanvasElement,
  slice: Slice,
  shown: string,
  windows: readonly DisplayWindow[],
): void {
  const { data, height, width, channels } = slice;
  const picture = pictureOf(width, height), pixels = picture.data;
  const colors = channelsToShow(channels, shown);
  colors.forEach((channel, color) => {
    const { low, high } = windows[channel], scale = 255 / (high - low || 1);
    // The array clips what is under 0 and over 255.
    for (let i = channel, to = color; to < pixels.length; i += channels, to += 4) {
      pixels[to] = (data[i] - low) * scale;
    }
  });
  for (let alpha = 3; alpha < pixels.length; alpha += 4) pixels[alpha] = 255;
  if (canvas.width !== width || canvas.height !== height) {
    Object.assign(canvas, { width, height });
  }
  canvas.getContext("2d")!.putImageData(picture, 0, 0);
}
