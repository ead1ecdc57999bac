/**
 * Parts of slices to learn from: an MRI slice is half air, and steps on air teach little.
 *
 * @module
 */
import { percentiles } from "../../shared/percentile.ts";
import type { Slice } from "../../shared/volume.ts";
import type { Random } from "./random.ts";
import { airValue } from "./air.ts";
import type { ImageSize, Window } from "./movement.ts";

/** The head begins at this share of the way from the air's value to the 99th percentile. */
const headShare = 0.12;

/** The percentile is taken of every fifth pixel, which is enough for it. */
const percentileStep = 5;

/**
 * The smallest window that holds the head: all pixels that in some channel are brighter than the air by 12 %
 * of its distance to the 99th percentile. The whole slice where there are none.
 *
 * @param slice 8-bit.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const data = new Uint8Array(25);
 * data.fill(90, 11, 14);
 * const slice = { data, height: 5, width: 5, channels: 1 };
 * assert.deepEqual(headWindow(slice), { top: 2, left: 1, height: 1, width: 3 });
 * ```
 */
export function headWindow(slice: Slice): Window {
  const { height, width } = slice, isHead = headTest(slice);
  const inRow = (row: number) => anyBelow(width, (column) => isHead(row, column));
  const inColumn = (column: number) => anyBelow(height, (row) => isHead(row, column));
  const [top, bottom] = extent(height, inRow), [left, right] = extent(width, inColumn);
  if (top > bottom) return { top: 0, left: 0, height, width };
  return { top, left, height: bottom - top + 1, width: right - left + 1 };
}

function headTest({ data, height, width, channels }: Slice) {
  const limits = Float64Array.from({ length: channels }, (_, channel) => {
    const air = airValue(data as Uint8Array, { height, width, channels }, channel);
    const step = channels * percentileStep;
    const [bright] = percentiles(data, [99], { start: channel, step });
    return air + headShare * Math.max(bright - air, 0);
  });
  return (row: number, column: number) => {
    const at = (row * width + column) * channels;
    for (let channel = 0; channel < channels; channel++) {
      if (data[at + channel] > limits[channel]) return true;
    }
    return false;
  };
}

function anyBelow(end: number, test: (index: number) => boolean): boolean {
  for (let index = 0; index < end; index++) if (test(index)) return true;
  return false;
}

/** First and last index that pass the test, found from both ends; [length, -1] where none does. */
function extent(length: number, test: (index: number) => boolean): [number, number] {
  let first = 0, last = length - 1;
  while (first < length && !test(first)) first++;
  if (first === length) return [length, -1];
  while (!test(last)) last--;
  return [first, last];
}

/**
 * A window of the given size at random: within the head where it is smaller than that, else around it; never
 * beyond the slice's edges, except that a larger one reaches beyond the bottom and the right, where inference
 * fills a slice up.
 *
 * @param headOf Gives the slice's {@linkcode headWindow}, where that is asked for.
 */
export function drawCrop(
  slice: ImageSize,
  headOf: () => Window,
  { height, width }: ImageSize,
  random: Random,
): Window {
  if (height >= slice.height && width >= slice.width) return { top: 0, left: 0, height, width };
  const head = headOf();
  return {
    top: drawStart(head.top, head.height, height, slice.height, random),
    left: drawStart(head.left, head.width, width, slice.width, random),
    height,
    width,
  };
}

function drawStart(
  head: number,
  headLength: number,
  length: number,
  sliceLength: number,
  random: Random,
): number {
  const ends = [head, head + headLength - length];
  const first = Math.max(Math.min(...ends), 0);
  const last = Math.min(Math.max(...ends), Math.max(sliceLength - length, 0));
  return first + random.integer(last - first + 1);
}
