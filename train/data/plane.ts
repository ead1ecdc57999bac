/**
 * One channel of a slice as numbers, with a rim of what lies outside around it, so that sampling needs no
 * special cases at the edges.
 *
 * @module
 */

import type { ImageSize } from "./movement.ts";

/** Values in C order, [height + 2 * rim, width + 2 * rim]. */
export interface Plane {
  readonly data: Float32Array;
  /** Without the rim; at least the slice's, which lies in the upper left corner. */
  readonly height: number;
  readonly width: number;
  /** Pixels around the slice; at least as many as are averaged along a side. */
  readonly rim: number;
}

/** Memory for a plane. */
export function createPlane(height: number, width: number, rim: number): Plane {
  return { data: new Float32Array((height + 2 * rim) * (width + 2 * rim)), height, width, rim };
}

/**
 * Fills a plane with one channel of 8-bit pixels, and with black below and on the right of them where it is larger.
 *
 * @param pixels Every `step`th one from index `start` on belongs to the channel.
 * @param size Of the slice.
 * @param values What each of the 256 pixel values becomes.
 * @param outside The rim's value.
 */
export function fillPlane(
  { data, height, width, rim }: Plane,
  pixels: Uint8Array,
  size: ImageSize,
  start: number,
  step: number,
  values: Float32Array,
  outside: number,
): void {
  const rowLength = width + 2 * rim;
  data.fill(outside, 0, rim * rowLength + rim);
  let from = start, to = rim * rowLength + rim;
  for (let row = 0; row < height; row++) {
    const columns = row < size.height ? size.width : 0;
    for (let column = 0; column < columns; column++, from += step) {
      data[to++] = values[pixels[from]];
    }
    data.fill(values[0], to, to += width - columns);
    data.fill(outside, to, to += 2 * rim);
  }
  data.fill(outside, to);
}
