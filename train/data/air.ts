/**
 * What lies outside of a slice: air, as it looks in that slice.
 *
 * @module
 */

/**
 * The pixel value of the air around the head in one channel: the lower quartile of the pixels along the
 * slice's edge. Air is not always 0 (in some published sequences it is 60 to 75), and the head may touch an
 * edge or three.
 *
 * @param pixels 8-bit, [height, width, channels].
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const shape = { height: 3, width: 3, channels: 1 };
 * assert.equal(airValue(new Uint8Array([7, 7, 7, 7, 99, 7, 80, 80, 80]), shape, 0), 7);
 * ```
 */
export function airValue(
  pixels: Uint8Array,
  { height, width, channels }: { height: number; width: number; channels: number },
  channel: number,
): number {
  const counts = new Uint32Array(256), rowLength = width * channels, end = height * rowLength;
  for (let at = channel; at < rowLength; at += channels) {
    counts[pixels[at]]++;
    counts[pixels[end - rowLength + at]]++;
  }
  for (let at = channel; at < end; at += rowLength) {
    counts[pixels[at]]++;
    counts[pixels[at + rowLength - channels]]++;
  }
  let value = 0;
  // Corners are counted twice.
  const quarter = (height + width) / 2;
  for (let seen = counts[0]; seen < quarter; seen += counts[value]) value++;
  return value;
}
