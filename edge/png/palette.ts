/**
 * Pictures of few colors as places in a list of them: a third of the bytes.
 *
 * @module
 */

/** A picture of at most 256 colors. */
export interface Indexed {
  /** For each pixel, the place of its color. */
  readonly indices: Uint8Array;
  /** Red, green and blue of each color, in the order in which the picture first shows them. */
  readonly palette: Uint8Array;
}

/** What an indexed picture can have: a place is a byte. */
const maxColors = 256;

/** Places of the hash table, a power of two: far more than colors, so that few collide. */
const tableSize = 4096;

/** Spreads colors over the table: Knuth's multiplicative hash, by its upper twelve bits. */
function hash(color: number): number {
  return Math.imul(color, 0x9e3779b1) >>> 20;
}

/**
 * An RGB picture by its colors.
 *
 * @param rgb Red, green and blue of each pixel.
 * @returns undefined where it has more than 256 colors.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const red = [255, 0, 0], gray = [7, 7, 7];
 * const { indices, palette } = indexColors(new Uint8Array([gray, red, gray].flat()))!;
 * assert.deepEqual(indices, new Uint8Array([0, 1, 0]));
 * assert.deepEqual(palette, new Uint8Array([...gray, ...red]));
 * ```
 */
export function indexColors(rgb: Uint8Array): Indexed | undefined {
  const indices = new Uint8Array(rgb.length / 3), palette = new Uint8Array(3 * maxColors);
  const colors = new Int32Array(tableSize).fill(-1), places = new Uint8Array(tableSize);
  let count = 0;
  for (let pixel = 0, at = 0; pixel < indices.length; pixel++, at += 3) {
    const color = rgb[at] << 16 | rgb[at + 1] << 8 | rgb[at + 2];
    let entry = hash(color);
    while (colors[entry] !== color && colors[entry] >= 0) entry = (entry + 1) % tableSize;
    if (colors[entry] < 0) {
      if (count === maxColors) return undefined;
      colors[entry] = color;
      places[entry] = count;
      palette.set(rgb.subarray(at, at + 3), 3 * count++);
    }
    indices[pixel] = places[entry];
  }
  return { indices, palette: palette.slice(0, 3 * count) };
}
