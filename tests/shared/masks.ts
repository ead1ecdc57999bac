/**
 * Small masks for property tests, and slow answers to hold the fast ones against.
 *
 * @module
 */

import fc from "fast-check";
import { sizeOf } from "../../shared/volume.ts";
import type { Mask } from "../../shared/volume.ts";

/** Shapes of slices and small volumes, axes of length 1 among them. */
export const shapes: fc.Arbitrary<number[]> = fc.array(fc.integer({ min: 1, max: 7 }), {
  minLength: 2,
  maxLength: 3,
});

/** A mask of the given shape, a third of it tumor. */
export function masksOf(shape: readonly number[]): fc.Arbitrary<Mask> {
  const length = sizeOf(shape);
  return fc.array(fc.constantFrom(0, 0, 1), { minLength: length, maxLength: length })
    .map((data) => ({ data: Uint8Array.from(data), shape }));
}

/** As many spacings as a shape has axes, from 0.2 to 6 mm. */
export function spacingsOf(shape: readonly number[]): fc.Arbitrary<number[]> {
  return fc.array(fc.double({ min: 0.2, max: 6, noNaN: true }), {
    minLength: shape.length,
    maxLength: shape.length,
  });
}

/** Two masks of one shape, and a spacing. */
export const pairs = shapes.chain((shape) =>
  fc.record({ prediction: masksOf(shape), reference: masksOf(shape), spacing: spacingsOf(shape) })
);

/** Where a voxel lies, in mm along each axis. */
export function placeOf(
  voxel: number,
  shape: readonly number[],
  spacing: readonly number[],
): number[] {
  const place: number[] = [];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    place.unshift((voxel % shape[axis]) * spacing[axis]);
    voxel = Math.floor(voxel / shape[axis]);
  }
  return place;
}

/** How far two places are apart. */
export function distanceBetween(a: readonly number[], b: readonly number[]): number {
  return Math.hypot(...a.map((value, axis) => value - b[axis]));
}

/** Whether two numbers agree to a part in ten million, or are both the same infinity or NaN. */
export function close(a: number, b: number, tolerance = 1e-7): boolean {
  return Object.is(a, b) || Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b));
}
