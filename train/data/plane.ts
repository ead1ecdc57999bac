/**
 * One channel of a slice as numbers, with a rim of what lies outside around it, so that sampling needs no
 * special cases at the edges.
 *
 * @module
 */

/** Values in C order, [height + 2 * rim, width + 2 * rim]. */
export interface Plane {
  readonly data: Float32Array;
  /** Of the slice, without the rim. */
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
 * Fills a plane with one channel of 8-bit pixels.
 *
 * @param pixels Every `step`th one from index `start` on belongs to the channel.
 * @param values What each of the 256 pixel values becomes.
 * @param outside The rim's value.
 */
export function fillPlane(
  { data, height, width, rim }: Plane,
  pixels: Uint8Array,
  start: number,
  step: number,
  values: Float32Array,
  outside: number,
): void {
  const rowLength = width + 2 * rim;
  data.fill(outside, 0, rim * rowLength + rim);
  let from = start, to = rim * rowLength + rim;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++, from += step) data[to++] = values[pixels[from]];
    data.fill(outside, to, to += 2 * rim);
  }
  data.fill(outside, to);
}
