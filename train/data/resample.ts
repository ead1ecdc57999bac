/**
 * Images resampled once, however many movements they make: bilinear, all planes through the same mapping.
 *
 * @module
 */
import type { AffineMapping, ImageSize } from "./movement.ts";
import type { Plane } from "./plane.ts";

/** Where a plane's samples go: every `step`th value from `start` on, in C order. */
export interface SamplingTarget {
  readonly data: Float32Array;
  readonly start: number;
  readonly step: number;
}

/**
 * Samples each plane into its target. What lies beyond a plane's rim has the rim's value.
 *
 * @param planes All of one size, with one rim of at least `averaged`.
 * @param averaged So many pixels along each side of a square make a sample; 1 is plain bilinear sampling.
 * At half the resolution 2 gives, without a rotation, exactly the mean of the four pixels that a new one
 * covers; and no pixel is ever skipped, which would alias.
 */
export type Resampler = (
  planes: readonly Plane[],
  mapping: AffineMapping,
  targets: readonly SamplingTarget[],
  averaged: number,
) => void;

/** For each pixel of a row of the output, where it lies among a plane's values. */
interface LocatedRow {
  /** Index of the upper left one of the values around it. */
  readonly index: Int32Array;
  /** How far it is from there to the right and down, 0 to 1. */
  readonly right: Float64Array;
  readonly down: Float64Array;
}

/** Makes a resampler for outputs of one size; it holds the memory that it works in. */
export function createResampler({ height, width }: ImageSize): Resampler {
  const row: LocatedRow = {
    index: new Int32Array(width),
    right: new Float64Array(width),
    down: new Float64Array(width),
  };
  return function resample(planes, mapping, targets, averaged) {
    for (let y = 0; y < height; y++) {
      locateRow(row, mapping, y, planes[0], averaged);
      for (let channel = 0; channel < planes.length; channel++) {
        const { data, start, step } = targets[channel], to = start + y * width * step;
        const plane = planes[channel];
        if (averaged === 1) sampleRow(row, plane, data, to, step);
        else if (averaged === 2) averageRowByTwo(row, plane, data, to, step);
        else averageRow(row, plane, data, to, step, averaged);
      }
    }
  };
}

function locateRow(
  { index, right, down }: LocatedRow,
  { xx, xy, x0, yx, yy, y0 }: AffineMapping,
  row: number,
  { height, width, rim }: Plane,
  averaged: number,
): void {
  const rowLength = width + 2 * rim;
  const endX = rowLength - averaged, endY = height + 2 * rim - averaged;
  // A mean stands for the middle of its pixels.
  const corner = rim - (averaged - 1) / 2;
  const rowX = xy * row + x0 + corner, rowY = yy * row + y0 + corner;
  for (let column = 0; column < index.length; column++) {
    const x = xx * column + rowX, y = yx * column + rowY;
    if (x >= 0 && x < endX && y >= 0 && y < endY) {
      const left = x | 0, top = y | 0;
      index[column] = top * rowLength + left;
      right[column] = x - left;
      down[column] = y - top;
    } else {
      // The first values are rim.
      index[column] = right[column] = down[column] = 0;
    }
  }
}

function sampleRow(
  { index, right, down }: LocatedRow,
  { data, width, rim }: Plane,
  target: Float32Array,
  start: number,
  step: number,
): void {
  const rowLength = width + 2 * rim;
  for (let column = 0, to = start; column < index.length; column++, to += step) {
    const at = index[column], below = at + rowLength, share = right[column];
    const upper = data[at] + (data[at + 1] - data[at]) * share;
    const lower = data[below] + (data[below + 1] - data[below]) * share;
    target[to] = upper + (lower - upper) * down[column];
  }
}

/** As {@linkcode averageRow} for the case that trainings at half the resolution spend their time in. */
function averageRowByTwo(
  { index, right, down }: LocatedRow,
  { data, width, rim }: Plane,
  target: Float32Array,
  start: number,
  step: number,
): void {
  const rowLength = width + 2 * rim;
  for (let column = 0, to = start; column < index.length; column++, to += step) {
    const upper = index[column], middle = upper + rowLength, lower = middle + rowLength;
    const share = right[column];
    const first = data[upper] + data[upper + 1] + (data[upper + 2] - data[upper]) * share;
    const second = data[middle] + data[middle + 1] + (data[middle + 2] - data[middle]) * share;
    const third = data[lower] + data[lower + 1] + (data[lower + 2] - data[lower]) * share;
    target[to] = (first + second + (third - first) * down[column]) / 4;
  }
}

/**
 * As {@linkcode sampleRow} from the means of squares. A mean that lies between two pixels is the sum of the
 * whole pixels in it, less a part of the first, and with that part of the one after the last.
 */
function averageRow(
  { index, right, down }: LocatedRow,
  { data, width, rim }: Plane,
  target: Float32Array,
  start: number,
  step: number,
  averaged: number,
): void {
  const rowLength = width + 2 * rim, weight = 1 / (averaged * averaged);
  for (let column = 0, to = start; column < index.length; column++, to += step) {
    const share = right[column], part = down[column];
    let sum = 0, first = 0, line = 0;
    for (let row = 0, at = index[column]; row <= averaged; row++, at += rowLength) {
      line = (data[at + averaged] - data[at]) * share;
      for (let ahead = 0; ahead < averaged; ahead++) line += data[at + ahead];
      if (row === 0) first = line;
      if (row < averaged) sum += line;
    }
    target[to] = (sum + (line - first) * part) * weight;
  }
}
