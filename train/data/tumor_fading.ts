/**
 * Tumors made fainter than they are. What a tumor's brightness in FLAIR differs by from the brain around it depends on
 * the scanner: a network that has seen bright ones alone misses the faint ones of another.
 *
 * @module
 */
import type { ChannelScaling } from "../../shared/scaling.ts";
import type { ImageSize, Window } from "./movement.ts";
import type { Plane } from "./plane.ts";
import type { Random } from "./random.ts";
import { between } from "./random_at.ts";

/** How faint tumors may become. */
export interface FadingAugmentation {
  /**
   * Largest share of its contrast in FLAIR that a slice's tumor loses: with 1 it may vanish. 0 to 1. Absent in runs of
   * versions that had none.
   */
  readonly tumorFading?: number;
}

/** Pixels around a tumor's bounding box that belong to its surroundings. */
const surroundings = 15;
/** They are brighter than air by this share of the range that scaling clips to. */
const aboveAir = 0.1;
/** A pixel fades by the share of tumor within so many pixels to each side, as no scan has sharp edges. */
const edge = 2;

/** Draws the share of a tumor's contrast that is left: 1 where it stays as it is. */
export function drawTumorContrast({ tumorFading = 0 }: FadingAugmentation, random: Random): number {
  // Runs without it draw nothing, so that they are what they were before there was fading.
  return tumorFading === 0 ? 1 : 1 - between(random, 0, tumorFading);
}

/** A slice that is to fade. */
export interface FadingSlice {
  /** The slice's reference, [height, width]; without tumor, nothing changes. */
  readonly mask: Uint8Array;
  readonly size: ImageSize;
  /** How the plane was scaled. */
  readonly scaling: Pick<ChannelScaling, "minimum" | "maximum">;
  /** What air is, scaled. */
  readonly air: number;
}

/**
 * Brings a tumor's pixels nearer to the mean of what surrounds it, in place; those that are darker than that stay, as
 * cysts and dead tissue are no fainter elsewhere.
 *
 * @param plane One sequence of a slice, scaled.
 * @param contrast The share of the difference that is left, 0 to 1.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { createPlane } from "./plane.ts";
 * const plane = createPlane(1, 5, 0), mask = new Uint8Array([0, 0, 0, 0, 1]);
 * plane.data.set([0.5, 0.5, 0.5, 0.5, 1]);
 * const scaling = { minimum: 0, maximum: 1 };
 * fadeTumor(plane, { mask, size: { height: 1, width: 5 }, scaling, air: 0 }, 0);
 * // A third of the pixels around it is tumor.
 * assert.equal(plane.data[4].toFixed(3), "0.833");
 * ```
 */
export function fadeTumor(plane: Plane, slice: FadingSlice, contrast: number): void {
  const { mask, size } = slice;
  if (contrast === 1 || !mask.includes(1)) return;
  const tumor = boundsOf(mask, size);
  const level = meanAround(plane, slice, grown(tumor, surroundings, size));
  if (Number.isNaN(level)) return;
  eachPixel(grown(tumor, edge, size), (row, column) => {
    const at = indexOf(plane, row, column), excess = plane.data[at] - level;
    if (excess <= 0) return;
    plane.data[at] -= tumorShare(slice, row, column) * (1 - contrast) * excess;
  });
}

/** The mean of what is neither tumor nor air; NaN where there is nothing else. */
function meanAround(
  plane: Plane,
  { mask, size, scaling: { minimum, maximum }, air }: FadingSlice,
  box: Window,
): number {
  const least = air + aboveAir * (maximum - minimum);
  let sum = 0, count = 0;
  eachPixel(box, (row, column) => {
    const value = plane.data[indexOf(plane, row, column)];
    if (mask[row * size.width + column] !== 0 || value <= least) return;
    sum += value;
    count++;
  });
  return sum / count;
}

/** Of the pixels around one, within the slice. */
function tumorShare({ mask, size }: FadingSlice, row: number, column: number): number {
  const pixel = { top: row, left: column, height: 1, width: 1 }, around = grown(pixel, edge, size);
  let tumor = 0;
  eachPixel(around, (row, column) => tumor += mask[row * size.width + column]);
  return tumor / (around.height * around.width);
}

/** The smallest window that holds all of a tumor. */
function boundsOf(mask: Uint8Array, { width }: ImageSize): Window {
  let top = Infinity, left = Infinity, bottom = -1, right = -1;
  for (let at = mask.indexOf(1); at >= 0; at = mask.indexOf(1, at + 1)) {
    const row = Math.floor(at / width), column = at % width;
    top = Math.min(top, row);
    bottom = row;
    left = Math.min(left, column);
    right = Math.max(right, column);
  }
  return { top, left, height: bottom - top + 1, width: right - left + 1 };
}

/** A window larger by so many pixels to each side, as far as the slice goes. */
function grown({ top, left, height, width }: Window, by: number, size: ImageSize): Window {
  const first = { row: Math.max(top - by, 0), column: Math.max(left - by, 0) };
  return {
    top: first.row,
    left: first.column,
    height: Math.min(top + height + by, size.height) - first.row,
    width: Math.min(left + width + by, size.width) - first.column,
  };
}

function eachPixel(
  { top, left, height, width }: Window,
  visit: (row: number, column: number) => void,
): void {
  for (let row = top; row < top + height; row++) {
    for (let column = left; column < left + width; column++) visit(row, column);
  }
}

function indexOf({ width, rim }: Plane, row: number, column: number): number {
  return (row + rim) * (width + 2 * rim) + rim + column;
}
