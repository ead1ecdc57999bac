/**
 * A slice with the outlines of its tumor drawn on it, for people to look at. Not for clinical use.
 *
 * @module
 */

import { contour } from "./contour.ts";
import { selectSequences } from "./sequence.ts";
import { formatShape } from "./shape.ts";
import type { Mask, PixelData, Slice } from "./volume.ts";

/** What to draw, and on what. */
export interface OverlayOptions {
  /** Outlined in red; shape [height, width]. */
  readonly prediction?: Mask;
  /** Outlined in green; shape [height, width]. */
  readonly reference?: Mask;
  /**
   * How a slice of three channels is shown: its FLAIR channel as gray, where a tumor stands out most, or the
   * channels as red, green and blue. A slice of one channel is gray.
   *
   * @default "FLAIR"
   */
  readonly background?: "FLAIR" | "channels";
}

const red = [255, 0, 0], green = [0, 255, 0];

/**
 * The slice as 8-bit RGB with contours over it: the reference green, the prediction red. Where they run over the
 * same pixels, the line is dashed in both colors. 8-bit values are shown as they are; others are stretched from
 * the slice's minimum to its maximum.
 *
 * @returns A slice [height, width, 3].
 * @throws {TypeError} when a mask has not the slice's size, or the slice neither one nor three channels.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const slice = { data: new Uint8Array([7, 8]), height: 1, width: 2, channels: 1 };
 * const prediction = { data: new Uint8Array([0, 1]), shape: [1, 2] };
 * assert.deepEqual(overlay(slice, { prediction }).data, new Uint8Array([7, 7, 7, 255, 0, 0]));
 * ```
 */
export function overlay(
  slice: Slice,
  { prediction, reference, background = "FLAIR" }: OverlayOptions,
): Slice & { readonly data: Uint8Array } {
  const { height, width } = slice;
  const predicted = outline("prediction", prediction, slice);
  const actual = outline("reference", reference, slice);
  const shown = background === "channels" && slice.channels === 3
    ? slice
    : selectSequences(slice, ["FLAIR"]);
  const data = toRgb(shown);
  for (let pixel = 0; pixel < height * width; pixel++) {
    if (predicted?.[pixel] && actual?.[pixel]) {
      data.set(dash(pixel % width, Math.floor(pixel / width)) ? red : green, 3 * pixel);
    } else if (predicted?.[pixel]) data.set(red, 3 * pixel);
    else if (actual?.[pixel]) data.set(green, 3 * pixel);
  }
  return { data, height, width, channels: 3 };
}

function outline(name: string, mask: Mask | undefined, slice: Slice): Uint8Array | undefined {
  if (mask === undefined) return undefined;
  const { height, width } = slice;
  if (mask.shape.length !== 2 || mask.shape[0] !== height || mask.shape[1] !== width) {
    throw new TypeError(
      `Cannot draw an overlay as the ${name} must have the slice's size ${height}x${width}: ` +
        `current value is ${formatShape(mask.shape)}`,
    );
  }
  return contour(mask).data;
}

/**
 * Whether a pixel of a shared line is red. Lines along rows, columns and both diagonals all change color every
 * pixel or two; x + y alone would leave one diagonal in one color.
 */
function dash(x: number, y: number): boolean {
  return (x + 2 * y) % 4 < 2;
}

/** One or three channels of any pixel type as 8-bit RGB. */
function toRgb({ data, height, width, channels }: Slice): Uint8Array {
  const bytes = data instanceof Uint8Array ? data : stretched(data);
  if (channels !== 1) return bytes.slice();
  const rgb = new Uint8Array(3 * height * width);
  for (let pixel = 0, to = 0; pixel < bytes.length; pixel++) {
    const value = bytes[pixel];
    rgb[to++] = value;
    rgb[to++] = value;
    rgb[to++] = value;
  }
  return rgb;
}

/** The values from 0, the least of them, to 255, the most. */
function stretched(data: Exclude<PixelData, Uint8Array>): Uint8Array {
  let minimum = Infinity, maximum = -Infinity;
  for (const value of data) {
    minimum = Math.min(minimum, value);
    maximum = Math.max(maximum, value);
  }
  // A flat slice is black; its span of 1 only keeps the division defined.
  const span = maximum - minimum || 1, bytes = new Uint8Array(data.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Math.round(255 * (data[i] - minimum) / span);
  return bytes;
}
