/**
 * Which axis of a file is which axis of ours, and in what direction.
 *
 * @module
 */

import {
  type Affine,
  type AffineRow,
  assertAffine,
  columnsOf,
  lengthOf,
  positionOf,
  type Vector,
  type VolumeGeometry,
} from "./geometry.ts";
import { ImageFormatError } from "./image/image_error.ts";

/** How a file's three axes become [slices, rows, columns]. */
export interface DisplayAxes {
  /** For each of our axes, the number of the file's axis. */
  readonly from: readonly [number, number, number];
  /** For each of our axes, whether it runs against the file's. */
  readonly flipped: readonly [boolean, boolean, boolean];
}

/** A file's voxels in our axes, and how they came to be so. */
export interface DisplayedGeometry extends VolumeGeometry {
  readonly axes: DisplayAxes;
}

/** Towards the head, towards the back, towards the left, in millimetres [right, anterior, superior]. */
const displayDirections: readonly Vector[] = [[0, 0, 1], [0, -1, 0], [-1, 0, 0]];

const orders: readonly [number, number, number][] = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
];

/**
 * The order of a file's axes, and their directions, in which they come closest to ours. Nothing is resampled: a head
 * that was tilted in the scanner stays tilted.
 *
 * @param affine Of the file's voxel indices.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * // The first axis to the right, the second to the front, the third to the head, as NIfTI would have it.
 * const upright = findDisplayAxes([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 5, 0]]);
 * assert.deepEqual(upright, { from: [2, 1, 0], flipped: [false, true, true] });
 * ```
 */
export function findDisplayAxes(affine: Affine): DisplayAxes {
  const columns = columnsOf(affine);
  const along = (axis: number, ours: number) =>
    dot(columns[axis], displayDirections[ours]) / lengthOf(columns[axis]);
  const closeness = (order: readonly number[]) =>
    order.reduce((sum, axis, ours) => sum + Math.abs(along(axis, ours)), 0);
  const from = orders.reduce((best, order) => closeness(order) > closeness(best) ? order : best);
  return { from, flipped: [along(from[0], 0) < 0, along(from[1], 1) < 0, along(from[2], 2) < 0] };
}

/**
 * Where a file's voxels lie once they are in our axes.
 *
 * @param action What the caller is about to do, as in "decode the NIfTI".
 * @param sizes Of the file's three axes.
 * @param affine Of the file's voxel indices.
 * @throws {ImageFormatError} when the affine is not finite, or its axes lie in a plane.
 */
export function displayedGeometry(
  action: string,
  sizes: Vector,
  affine: Affine,
): DisplayedGeometry {
  try {
    assertAffine(action, affine);
  } catch (error) {
    throw new ImageFormatError((error as Error).message, { cause: error });
  }
  const axes = findDisplayAxes(affine);
  return { ...geometryIn(axes, sizes, affine), axes };
}

function geometryIn(
  { from, flipped }: DisplayAxes,
  sizes: Vector,
  affine: Affine,
): VolumeGeometry {
  const columns = columnsOf(affine), start: [number, number, number] = [0, 0, 0];
  from.forEach((axis, ours) => start[axis] = flipped[ours] ? sizes[axis] - 1 : 0);
  const origin = positionOf(affine, start);
  const signed = (ours: number, coordinate: number) =>
    // Adding 0 makes no -0 of a flipped 0.
    (flipped[ours] ? -1 : 1) * columns[from[ours]][coordinate] + 0;
  const row = (
    coordinate: number,
  ): AffineRow => [
    signed(0, coordinate),
    signed(1, coordinate),
    signed(2, coordinate),
    origin[coordinate],
  ];
  return {
    shape: [sizes[from[0]], sizes[from[1]], sizes[from[2]]],
    spacing: from.map((axis) => lengthOf(columns[axis])),
    affine: [row(0), row(1), row(2)],
  };
}

/** How far apart, in a file's samples, neighbours along one of our axes are, and where our first voxel is. */
export interface Strides {
  readonly start: number;
  /** Along [slices, rows, columns]. */
  readonly steps: Vector;
}

/**
 * Where our voxels lie among the samples of a file.
 *
 * @param sizes Of the file's three axes.
 * @param fileSteps How far apart neighbours along each of them are.
 */
export function stridesOf(
  sizes: Vector,
  fileSteps: Vector,
  { from, flipped }: DisplayAxes,
): Strides {
  let start = 0;
  const step = (ours: number) => {
    const axis = from[ours];
    if (!flipped[ours]) return fileSteps[axis];
    start += (sizes[axis] - 1) * fileSteps[axis];
    return -fileSteps[axis];
  };
  const steps: Vector = [step(0), step(1), step(2)];
  return { start, steps };
}

/**
 * Goes through our voxels in their order.
 *
 * @param shape [slices, height, width].
 * @param visit Hears where the voxel is among the file's samples, and its number in our order.
 */
export function forEachVoxel(
  [slices, height, width]: Vector,
  { start, steps }: Strides,
  visit: (from: number, to: number) => void,
): void {
  let to = 0;
  for (let slice = 0; slice < slices; slice++) {
    for (let row = 0; row < height; row++) {
      let from = start + slice * steps[0] + row * steps[1];
      for (let column = 0; column < width; column++, from += steps[2]) visit(from, to++);
    }
  }
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
