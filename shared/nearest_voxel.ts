/**
 * How far a few voxels are from the nearest of a few others: a distance transform that computes no more of itself than is
 * asked for. Surfaces fill a small part of the volume they lie in, and are near each other where a prediction is any good.
 *
 * @module
 */

import { LowerEnvelope } from "./lower_envelope.ts";

/** The axes [slices, height, width] of a volume and the millimetres between neighbours along them. */
export interface Grid {
  readonly shape: readonly [slices: number, height: number, width: number];
  readonly spacing: readonly [slices: number, rows: number, columns: number];
}

/**
 * The distance in mm of each voxel of `from` to the nearest voxel of `to`, exact but for the rounding to single
 * precision; infinity for each where `to` is empty. Both are indices into the grid in C order, ascending.
 *
 * Source: the distance transform by dimensions of C. R. Maurer et al., "A Linear Time Algorithm for Computing Exact
 * Euclidean Distance Transforms of Binary Images in Arbitrary Dimensions", IEEE TPAMI 25 (2003), its second dimension by
 * Felzenszwalb and Huttenlocher, its third a search that ends where slices alone are further apart than the nearest voxel
 * found.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const grid = { shape: [2, 1, 4], spacing: [5, 1, 1] } as const;
 * const distances = nearestVoxelDistances(new Uint32Array([0, 4]), new Uint32Array([3]), grid);
 * assert.deepEqual(distances, new Float32Array([3, Math.hypot(5, 3)]));
 * ```
 */
export function nearestVoxelDistances(
  from: Uint32Array,
  to: Uint32Array,
  grid: Grid,
): Float32Array {
  const distances = new Float32Array(from.length).fill(Infinity);
  if (from.length === 0 || to.length === 0) return distances;
  const [slices, height, width] = grid.shape, sliceSpacing = grid.spacing[0];
  const lines = new Lines(from, to, grid);
  for (let i = 0; i < from.length; i++) {
    const row = Math.floor(from[i] / width), x = from[i] - row * width;
    const z = Math.floor(row / height), y = row - z * height;
    let nearest = Infinity;
    for (let apart = 0; apart < slices; apart++) {
      const between = (apart * sliceSpacing) ** 2;
      if (between >= nearest) break;
      if (z >= apart) nearest = Math.min(nearest, between + lines.at(z - apart, y, x));
      if (z + apart < slices) nearest = Math.min(nearest, between + lines.at(z + apart, y, x));
    }
    distances[i] = Math.sqrt(nearest);
  }
  return distances;
}

/** First and last row and column that voxels lie in. */
interface Box {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

function boxOf(voxels: Uint32Array, height: number, width: number): Box {
  let top = height, bottom = -1, left = width, right = -1;
  for (const voxel of voxels) {
    const row = Math.floor(voxel / width), x = voxel - row * width, y = row % height;
    if (y < top) top = y;
    if (y > bottom) bottom = y;
    if (x < left) left = x;
    if (x > right) right = x;
  }
  return { top, bottom, left, right };
}

/**
 * Squared distances within a slice: of any voxel of a box to the nearest voxel of `to` in the same slice. Computed by
 * the line of voxels along a column of a slice, when the first of them is asked for.
 */
class Lines {
  readonly #rows: TargetRows;
  readonly #box: Box;
  readonly #spacing: readonly [slices: number, rows: number, columns: number];
  readonly #envelope: LowerEnvelope;
  /** For each slice its lines, one after the other. */
  readonly #slices: Float64Array[] = [];
  /** For each slice which of its lines are computed. */
  readonly #known: Uint8Array[] = [];
  readonly #width: number;
  readonly #height: number;

  constructor(from: Uint32Array, to: Uint32Array, { shape, spacing }: Grid) {
    const [slices, height, width] = shape;
    this.#box = boxOf(from, height, width);
    this.#width = this.#box.right - this.#box.left + 1;
    this.#height = this.#box.bottom - this.#box.top + 1;
    this.#rows = new TargetRows(to, slices, height, width, this.#box);
    this.#spacing = spacing;
    this.#envelope = new LowerEnvelope(height);
  }

  at(z: number, y: number, x: number): number {
    const { first } = this.#rows, { left, top } = this.#box;
    if (first[z] === first[z + 1]) return Infinity;
    const column = x - left;
    const lines = this.#slices[z] ??= new Float64Array(this.#width * this.#height);
    const known = this.#known[z] ??= new Uint8Array(this.#width);
    if (known[column] === 0) {
      this.#compute(lines, z, column);
      known[column] = 1;
    }
    return lines[column * this.#height + y - top];
  }

  #compute(lines: Float64Array, z: number, column: number): void {
    const { first, y, apart } = this.#rows, envelope = this.#envelope;
    const [, rowSpacing, columnSpacing] = this.#spacing;
    envelope.clear();
    for (let row = first[z]; row < first[z + 1]; row++) {
      const distance = apart[row * this.#width + column] * columnSpacing;
      envelope.add(y[row] * rowSpacing, distance * distance);
    }
    envelope.write(lines, column * this.#height, this.#box.top, this.#height, rowSpacing);
  }
}

/** The rows of a volume that have target voxels, and how far columns are from them there. */
class TargetRows {
  /** The number of the first such row of each slice, and behind the last slice that of all rows. */
  readonly first: Uint32Array;
  /** The place of each row in its slice. */
  readonly y: Uint32Array;
  /** For each row and each column of the box, how many columns away the nearest target voxel of the row is. */
  readonly apart: Uint32Array;

  constructor(to: Uint32Array, slices: number, height: number, width: number, box: Box) {
    const starts = rowStarts(to, width), rows = starts.length - 1;
    const columns = box.right - box.left + 1;
    this.first = new Uint32Array(slices + 1);
    this.y = new Uint32Array(rows);
    this.apart = new Uint32Array(rows * columns);
    for (let row = 0; row < rows; row++) {
      const place = Math.floor(to[starts[row]] / width), z = Math.floor(place / height);
      this.first[z + 1] = row + 1;
      this.y[row] = place - z * height;
      let nearest = starts[row];
      for (let column = 0; column < columns; column++) {
        const voxel = place * width + box.left + column;
        while (
          nearest + 1 < starts[row + 1] &&
          Math.abs(to[nearest + 1] - voxel) <= Math.abs(to[nearest] - voxel)
        ) nearest++;
        this.apart[row * columns + column] = Math.abs(to[nearest] - voxel);
      }
    }
    for (let z = 0; z < slices; z++) this.first[z + 1] = Math.max(this.first[z + 1], this.first[z]);
  }
}

/** Where the voxels of each row start in a list of ascending indices, and at the end the list's length. */
function rowStarts(voxels: Uint32Array, width: number): number[] {
  const starts: number[] = [];
  let rowEnd = 0;
  voxels.forEach((voxel, index) => {
    if (voxel < rowEnd) return;
    starts.push(index);
    rowEnd = (Math.floor(voxel / width) + 1) * width;
  });
  starts.push(voxels.length);
  return starts;
}
