/**
 * Where a volume's voxels lie in the patient, whatever file it came from.
 *
 * A {@linkcode Volume} of ours is always axial and as radiologists look at it: slices from the feet to the head, in each
 * the first row is the front of the head, and the first column the patient's right.
 *
 * @module
 */

import type { Spacing } from "./spacing.ts";

/** A vector in millimetres, or a direction. */
export type Vector = readonly [number, number, number];

/**
 * A voxel's index [a, b, c] to millimetres [right, anterior, superior], the axes of NIfTI: three rows of four, where
 * position = row[0] * a + row[1] * b + row[2] * c + row[3].
 */
export type Affine = readonly [AffineRow, AffineRow, AffineRow];

/** One coordinate: three factors and an offset. */
export type AffineRow = readonly [number, number, number, number];

/** Where the voxels of a volume lie. */
export interface VolumeGeometry {
  /** [slices, height, width]. */
  readonly shape: Vector;
  /** Millimetres between neighbours along [slices, rows, columns]. */
  readonly spacing: Spacing;
  /** Of an index [slice, row, column]. */
  readonly affine: Affine;
}

/**
 * The three directions that an affine's axes take, not normalised.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const upright = [[0, 0, -1, 9], [0, -1, 0, 9], [5, 0, 0, 0]] as const;
 * assert.deepEqual(columnsOf(upright), [[0, 0, 5], [0, -1, 0], [-1, 0, 0]]);
 * ```
 */
export function columnsOf(affine: Affine): [Vector, Vector, Vector] {
  const column = (axis: number): Vector => [affine[0][axis], affine[1][axis], affine[2][axis]];
  return [column(0), column(1), column(2)];
}

/**
 * The length of a vector.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(lengthOf([0, 3, -4]), 5);
 * ```
 */
export function lengthOf(vector: Vector): number {
  return Math.hypot(...vector);
}

/**
 * The volume that three vectors span; negative where they make a left-handed system, 0 where they lie in a plane.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(determinantOf([[2, 0, 0], [0, 1, 0], [0, 0, 5]]), 10);
 * assert.equal(determinantOf([[2, 0, 0], [0, 1, 0], [2, 1, 0]]), 0);
 * ```
 */
export function determinantOf([a, b, c]: readonly [Vector, Vector, Vector]): number {
  return a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0]) +
    a[2] * (b[0] * c[1] - b[1] * c[0]);
}

/**
 * Refuses an affine whose voxels have no extent in space.
 *
 * @param action What the caller was about to do, as in "decode the NIfTI".
 * @throws {RangeError} when a number is not finite, or the axes lie in a plane.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assertAffine("move", [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 2, 0]]);
 * assert.throws(() => assertAffine("move", [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0]]), RangeError);
 * ```
 */
export function assertAffine(action: string, affine: Affine): void {
  const columns = columnsOf(affine);
  const size = columns.reduce((product, column) => product * lengthOf(column), 1);
  if (affine.flat().every(Number.isFinite) && Math.abs(determinantOf(columns)) > 1e-6 * size) {
    return;
  }
  throw new RangeError(
    `Cannot ${action} as its affine must be finite and its axes must not lie in a plane: ` +
      `current value is [${affine.map((row) => `[${row.join(", ")}]`).join(", ")}]`,
  );
}

/** How far, in parts of a voxel, two volumes' corners may lie apart and still be in one place. */
const tolerance = 0.01;

/**
 * Refuses two volumes whose voxels do not lie in the same places: they are never resampled in silence.
 *
 * @param action What the caller was about to do, as in "measure Dice".
 * @param names What the two are, as in ["prediction", "reference"].
 * @throws {RangeError} when shape, spacing or position differ by more than a hundredth of a voxel at any corner.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const here = geometryOfSpacing([2, 4, 4], [5, 1, 1]);
 * assertSameGeometry("compare", ["first", "second"], here, here);
 * const thinner = geometryOfSpacing([2, 4, 4], [4, 1, 1]);
 * assert.throws(
 *   () => assertSameGeometry("compare", ["first", "second"], here, thinner),
 *   /Cannot compare as the second's spacing must be the first's, 5 x 1 x 1 mm: current value is 4 x 1 x 1/,
 * );
 * ```
 */
export function assertSameGeometry(
  action: string,
  [firstName, secondName]: readonly [string, string],
  first: VolumeGeometry,
  second: VolumeGeometry,
): void {
  const refuse = (what: string, expected: string, value: string) => {
    throw new RangeError(
      `Cannot ${action} as the ${secondName}'s ${what} must be the ${firstName}'s, ${expected}: ` +
        `current value is ${value}`,
    );
  };
  if (first.shape.some((length, axis) => length !== second.shape[axis])) {
    refuse("shape", first.shape.join("x"), second.shape.join("x"));
  }
  const spacings = [first, second].map(({ spacing }) => spacing.map(rounded).join(" x "));
  const extents = first.spacing.map((mm, axis) =>
    Math.abs(mm - second.spacing[axis]) * first.shape[axis]
  );
  const allowed = tolerance * Math.min(...first.spacing);
  if (Math.max(...extents) > allowed) refuse("spacing", `${spacings[0]} mm`, spacings[1]);
  const text = ({ affine }: VolumeGeometry) =>
    affine.map((row) => `[${row.map(rounded).join(", ")}]`).join(", ");
  const apart = cornersOf(first.shape).map((corner) =>
    lengthOf(
      subtract(positionOf(first.affine, corner), positionOf(second.affine, corner)),
    )
  );
  if (Math.max(...apart) > allowed) refuse("position and orientation", text(first), text(second));
}

/**
 * The geometry of a volume of which only the spacing is known: upright, its middle at the origin.
 *
 * @param shape [slices, height, width].
 * @param spacing Millimetres along the same axes.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const { affine } = geometryOfSpacing([3, 5, 5], [5, 1, 1]);
 * assert.deepEqual(positionOf(affine, [1, 2, 2]), [0, 0, 0]);
 * ```
 */
export function geometryOfSpacing(shape: Vector, spacing: Vector): VolumeGeometry {
  const [slices, rows, columns] = spacing;
  const middle = (axis: number) => (shape[axis] - 1) * spacing[axis] / 2;
  const affine: Affine = [
    [0, 0, -columns, middle(2)],
    [0, -rows, 0, middle(1)],
    [slices, 0, 0, -middle(0)],
  ];
  return { shape, spacing, affine };
}

/**
 * Where a voxel's middle lies, in millimetres [right, anterior, superior].
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const { affine } = geometryOfSpacing([3, 5, 5], [5, 1, 1]);
 * // The next slice is 5 mm nearer to the top of the head.
 * assert.deepEqual(positionOf(affine, [2, 2, 2]), [0, 0, 5]);
 * ```
 */
export function positionOf(affine: Affine, [a, b, c]: Vector): Vector {
  const coordinate = (row: AffineRow) => row[0] * a + row[1] * b + row[2] * c + row[3];
  return [coordinate(affine[0]), coordinate(affine[1]), coordinate(affine[2])];
}

function subtract(a: Vector, b: Vector): Vector {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

function cornersOf([a, b, c]: Vector): Vector[] {
  const ends = (length: number) => [0, length - 1];
  return ends(a).flatMap((i) => ends(b).flatMap((j) => ends(c).map((k) => [i, j, k] as const)));
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
