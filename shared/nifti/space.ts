/**
 * What a NIfTI-1 file says about where its voxels lie. Source: nifti1.h, "3D image (volume) orientation and location in
 * space"; which of the ways counts, and what when there is none, as in nibabel 5.4.
 *
 * @module
 */

import { type Affine, type AffineRow, columnsOf, lengthOf, type Vector } from "../geometry.ts";
import { quaternionOfAxes } from "./quaternion.ts";

/** Fields of the header, as they are in the file, so that they can be written into another. */
export interface NiftiSpace {
  /** Of the three spatial axes, the one that varies fastest first. */
  readonly sizes: Vector;
  /** The first four numbers of pixdim: handedness of the quaternion's axes, then the sizes of a voxel. */
  readonly pixelSizes: readonly number[];
  /** Code of the units of space and time. */
  readonly units: number;
  readonly qformCode: number;
  readonly sformCode: number;
  /** b, c, d and the offsets in x, y and z. */
  readonly quaternion: readonly number[];
  /** Three rows of four. */
  readonly sform: readonly number[];
}

/** Millimetres in each unit of space; a file that does not say means millimetres. */
const unitsInMillimetres: Readonly<Record<number, number>> = { 1: 1000, 2: 1, 3: 0.001 };

/**
 * The affine of a file's voxel indices, in millimetres: the sform where there is one, else the qform, else the voxels'
 * sizes alone, with the first axis towards the left as in radiological images.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const affine = affineOf({
 *   sizes: [11, 21, 31],
 *   pixelSizes: [1, 1, 1, 2],
 *   units: 2,
 *   qformCode: 0,
 *   sformCode: 0,
 *   quaternion: [0, 0, 0, 0, 0, 0],
 *   sform: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
 * });
 * assert.deepEqual(affine, [[-1, 0, 0, 5], [0, 1, 0, -10], [0, 0, 2, -30]]);
 * ```
 */
export function affineOf(space: NiftiSpace): Affine {
  const affine = space.sformCode > 0
    ? sformOf(space)
    : space.qformCode > 0
    ? qformOf(space)
    : sizesOnly(space);
  const scale = unitsInMillimetres[space.units & 7] ?? 1;
  return scaled(affine, scale);
}

function scaled([x, y, z]: Affine, scale: number): Affine {
  const row = ([a, b, c, d]: AffineRow): AffineRow => [a * scale, b * scale, c * scale, d * scale];
  return [row(x), row(y), row(z)];
}

function sformOf({ sform }: NiftiSpace): Affine {
  const row = (i: number): AffineRow => [
    sform[4 * i],
    sform[4 * i + 1],
    sform[4 * i + 2],
    sform[4 * i + 3],
  ];
  return [row(0), row(1), row(2)];
}

function qformOf({ pixelSizes, quaternion }: NiftiSpace): Affine {
  const [b, c, d, x, y, z] = quaternion;
  // Rounding may take the sum of squares a little over 1.
  const a = Math.sqrt(Math.max(0, 1 - b * b - c * c - d * d));
  const [sizeX, sizeY, sizeZ] = pixelSizes.slice(1);
  const third = (pixelSizes[0] === -1 ? -1 : 1) * sizeZ;
  return [
    [
      (a * a + b * b - c * c - d * d) * sizeX,
      2 * (b * c - a * d) * sizeY,
      2 * (b * d + a * c) * third,
      x,
    ],
    [
      2 * (b * c + a * d) * sizeX,
      (a * a + c * c - b * b - d * d) * sizeY,
      2 * (c * d - a * b) * third,
      y,
    ],
    [
      2 * (b * d - a * c) * sizeX,
      2 * (c * d + a * b) * sizeY,
      (a * a + d * d - c * c - b * b) * third,
      z,
    ],
  ];
}

function sizesOnly({ sizes, pixelSizes }: NiftiSpace): Affine {
  const [x, y, z] = pixelSizes.slice(1).map((size) => Math.abs(size) || 1);
  const middle = (axis: number, size: number) => (sizes[axis] - 1) / 2 * size;
  return [
    [-x, 0, 0, middle(0, x)],
    [0, y, 0, -middle(1, y)],
    [0, 0, z, -middle(2, z)],
  ];
}

/**
 * The space of a volume whose voxel indices have this affine, in millimetres. Axes at right angles are written both as
 * sform and as qform, since programs differ in which of them they read first.
 */
export function spaceOfAffine(sizes: Vector, affine: Affine): NiftiSpace {
  const columns = columnsOf(affine), turned = quaternionOfAxes(columns);
  const [x, y, z] = affine.map((row) => row[3]);
  return {
    sizes,
    pixelSizes: [turned?.handedness ?? 1, ...columns.map(lengthOf)],
    units: 2,
    qformCode: turned ? 1 : 0,
    sformCode: 1,
    quaternion: [...turned?.quaternion ?? [0, 0, 0], x, y, z],
    sform: affine.flat(),
  };
}
