/**
 * Where a slice lies after it was turned, scaled, shifted and mirrored: one mapping for image and mask, so
 * that they cannot drift apart.
 *
 * @module
 */
import type { Random } from "./random.ts";
import { between, chance, factor } from "./random_at.ts";

/** How far a slice may move. */
export interface GeometricAugmentation {
  /** Largest rotation, in degrees, either way; 0 to 180. */
  readonly rotation: number;
  /** Largest enlargement, 0.15 for 15 %; the slice shrinks by up to the same factor. 0 to 1. */
  readonly zoom: number;
  /** Largest shift along each axis, as a fraction of the window's size; 0 to 0.5. */
  readonly shift: number;
  /** Probability that left and right are exchanged. */
  readonly flip: number;
  /** Probability that front and back are exchanged. */
  readonly verticalFlip: number;
}

/** One movement, drawn. */
export interface Movement {
  /** In radians, clockwise on the screen. */
  readonly angle: number;
  /** Above 1 makes the head larger. */
  readonly zoom: number;
  /** To the right, as a fraction of the window's width. */
  readonly shiftX: number;
  /** Downwards, as a fraction of the window's height. */
  readonly shiftY: number;
  readonly flip: boolean;
  readonly verticalFlip: boolean;
}

/** The part of a slice that is looked at, in pixels; may reach beyond the slice's edges. */
export interface Window {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** Pixels of an image. */
export interface ImageSize {
  readonly height: number;
  readonly width: number;
}

/** Source coordinates of output pixel (row, column): x = xx * column + xy * row + x0, y alike. */
export interface AffineMapping {
  readonly xx: number;
  readonly xy: number;
  readonly x0: number;
  readonly yx: number;
  readonly yy: number;
  readonly y0: number;
}

/** Draws a movement; shrinking is as likely as enlarging. */
export function drawMovement(augmentation: GeometricAugmentation, random: Random): Movement {
  const { rotation, zoom, shift, flip, verticalFlip } = augmentation;
  return {
    angle: between(random, -rotation, rotation) * Math.PI / 180,
    zoom: factor(random, zoom),
    shiftX: between(random, -shift, shift),
    shiftY: between(random, -shift, shift),
    flip: chance(random, flip),
    verticalFlip: chance(random, verticalFlip),
  };
}

/**
 * The mapping from pixels of the output to places in the slice. The window's content is mirrored, enlarged
 * and turned about its center, shifted, and then fills the output.
 *
 * Pixel centers have whole coordinates, so a window of the output's size that does not move maps every pixel
 * exactly onto a pixel.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const still = { angle: 0, zoom: 1, shiftX: 0, shiftY: 0, flip: true, verticalFlip: false };
 * const window = { top: 0, left: 0, height: 4, width: 4 };
 * const { xx, x0, yy, y0 } = affineMapping(still, window, { height: 4, width: 4 });
 * assert.deepEqual([xx, x0], [-1, 3]); // mirrored: column 0 comes from column 3
 * assert.deepEqual([yy, y0], [1, 0]);
 * ```
 */
export function affineMapping(
  { angle, zoom, shiftX, shiftY, flip, verticalFlip }: Movement,
  { top, left, height, width }: Window,
  output: ImageSize,
): AffineMapping {
  const stepX = width / output.width, stepY = height / output.height;
  const mirrorX = (flip ? -1 : 1) / zoom, mirrorY = (verticalFlip ? -1 : 1) / zoom;
  const cos = Math.cos(angle), sin = Math.sin(angle);
  const xx = mirrorX * cos * stepX, xy = mirrorX * sin * stepY;
  const yx = -mirrorY * sin * stepX, yy = mirrorY * cos * stepY;
  // The output pixel that the window's center moves to, and the center itself.
  const column = (output.width - 1) / 2 + shiftX * output.width;
  const row = (output.height - 1) / 2 + shiftY * output.height;
  const x0 = left + (width - 1) / 2 - xx * column - xy * row;
  const y0 = top + (height - 1) / 2 - yx * column - yy * row;
  return { xx, xy, x0, yx, yy, y0 };
}
