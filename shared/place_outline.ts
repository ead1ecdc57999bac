/**
 * Outlines whose files leave out what is empty, laid into a whole volume of the same voxels. Nothing is resampled.
 *
 * @module
 */

import {
  type Affine,
  type AffineRow,
  assertSameGeometry,
  columnsOf,
  determinantOf,
  positionOf,
  type Vector,
  type VolumeGeometry,
} from "./geometry.ts";
import { threshold } from "./threshold.ts";
import type { Mask } from "./volume.ts";

/** What is laid into a volume: a mask, or probabilities. */
export type OutlineData = Uint8Array | Float32Array;

/** What the caller is about to do, as in "measure Dice", and what the volume and the outline are called. */
export interface Placement {
  readonly action: string;
  readonly names: readonly [volume: string, outline: string];
}

/**
 * An outline as a mask: probabilities over 0.5 are tumor.
 *
 * @param shape Of the data.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const mask = maskOfOutline(new Float32Array([0.2, 0.7]), [1, 1, 2]);
 * assert.deepEqual(mask.data, new Uint8Array([0, 1]));
 * ```
 */
export function maskOfOutline(data: OutlineData, shape: readonly number[]): Mask {
  return data instanceof Uint8Array ? { data, shape } : threshold({ data, shape });
}

/** No volume that two outlines make together has more voxels. */
const mostVoxels = 2 ** 27;

/**
 * An outline's voxels in those of a volume, which has the same lattice and reaches at least as far as the tumor; 0
 * elsewhere.
 *
 * @param data Of the outline, shape [slices, height, width] as its geometry says.
 * @param outline Where the outline lies.
 * @param volume Where the volume lies.
 * @returns Shape [slices, height, width] of the volume.
 * @throws {RangeError} when the outline's voxels do not lie on those of the volume, or there is tumor outside of it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { geometryOfSpacing } from "./geometry.ts";
 * const volume = geometryOfSpacing([3, 1, 2], [5, 1, 1]), middle = geometryOfSpacing([1, 1, 2], [5, 1, 1]);
 * const placed = placeOutline(new Uint8Array([0, 1]), middle, volume, {
 *   action: "compare",
 *   names: ["scan", "outline"],
 * });
 * assert.deepEqual(placed, new Uint8Array([0, 0, 0, 1, 0, 0]));
 * ```
 */
export function placeOutline<Data extends OutlineData>(
  data: Data,
  outline: VolumeGeometry,
  volume: VolumeGeometry,
  placement: Placement,
): Data {
  const offset = offsetOf(outline, volume, placement);
  const [slices, height, width] = volume.shape, [, rows, columns] = outline.shape;
  const length = slices * height * width;
  const placed = data instanceof Uint8Array ? new Uint8Array(length) : new Float32Array(length);
  for (let from = 0; from < data.length; from++) {
    if (data[from] === 0) continue;
    const column = from % columns + offset[2];
    const row = Math.floor(from / columns) % rows + offset[1];
    const slice = Math.floor(from / (rows * columns)) + offset[0];
    const inside = slice >= 0 && slice < slices && row >= 0 && row < height && column >= 0 &&
      column < width;
    if (!inside) {
      const { action, names: [volumeName, name] } = placement;
      throw new RangeError(
        `Cannot ${action} as the tumor of the ${name} must lie in the ${volumeName}: ` +
          `current value is a voxel in slice ${slice + 1} of ${slices}`,
      );
    }
    placed[(slice * height + row) * width + column] = data[from];
  }
  return placed as Data;
}

/**
 * The least volume that two outlines of one lattice lie in.
 *
 * @throws {RangeError} when their voxels do not lie on one lattice, or are so far apart that it would have over 2^27.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { geometryOfSpacing } from "./geometry.ts";
 * const low = geometryOfSpacing([3, 1, 2], [5, 1, 1]), high = geometryOfSpacing([5, 1, 2], [5, 1, 1]);
 * const whole = coveringGeometry(low, high, { action: "compare", names: ["first", "second"] });
 * assert.deepEqual(whole.shape, [5, 1, 2]);
 * ```
 */
export function coveringGeometry(
  first: VolumeGeometry,
  second: VolumeGeometry,
  placement: Placement,
): VolumeGeometry {
  const offset = offsetOf(second, first, placement);
  const map = (each: (axis: 0 | 1 | 2) => number): Vector => [each(0), each(1), each(2)];
  const start = map((axis) => Math.min(0, offset[axis]));
  const shape = map((axis) =>
    Math.max(first.shape[axis], offset[axis] + second.shape[axis]) - start[axis]
  );
  if (shape[0] * shape[1] * shape[2] > mostVoxels) {
    throw new RangeError(
      `Cannot ${placement.action} as both must lie in one volume of at most ${mostVoxels} voxels: ` +
        `current value is ${shape.join("x")}`,
    );
  }
  return startingAt(first, start, shape);
}

/** Where an outline's first voxel is in a volume. */
function offsetOf(
  outline: VolumeGeometry,
  volume: VolumeGeometry,
  { action, names }: Placement,
): Vector {
  const columns = columnsOf(volume.affine), whole = determinantOf(columns);
  const origin = positionOf(outline.affine, [0, 0, 0]), zero = positionOf(volume.affine, [0, 0, 0]);
  const apart: Vector = [origin[0] - zero[0], origin[1] - zero[1], origin[2] - zero[2]];
  // Cramer's rule.
  const along = (axis: number) => {
    const [a, b, c] = columns.map((column, i) => i === axis ? apart : column);
    return Math.round(determinantOf([a, b, c]) / whole) + 0;
  };
  const offset: Vector = [along(0), along(1), along(2)];
  assertSameGeometry(action, names, startingAt(volume, offset, outline.shape), outline);
  return offset;
}

/** A part of a lattice, or more of it. */
function startingAt({ spacing, affine }: VolumeGeometry, start: Vector, shape: Vector) {
  const origin = positionOf(affine, start);
  const row = (i: 0 | 1 | 2): AffineRow => [affine[i][0], affine[i][1], affine[i][2], origin[i]];
  const moved: Affine = [row(0), row(1), row(2)];
  return { shape, spacing, affine: moved };
}
