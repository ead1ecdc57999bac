/**
 * Rotations as NIfTI-1 writes them: the last three numbers of a unit quaternion whose first is not negative.
 *
 * @module
 */

import { determinantOf, lengthOf, type Vector } from "../geometry.ts";

/** A rotation, and whether the third axis has to be turned round for it to be one. */
export interface QuaternionAxes {
  readonly quaternion: Vector;
  readonly handedness: 1 | -1;
}

/**
 * The quaternion of three axes.
 *
 * @param axes Directions of the file's axes in space, of any length.
 * @returns Nothing where the axes are not at right angles.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const turned = quaternionOfAxes([[-2, 0, 0], [0, -2, 0], [0, 0, 5]]);
 * assert.deepEqual(turned, { quaternion: [0, 0, 1], handedness: 1 });
 * ```
 */
export function quaternionOfAxes(
  axes: readonly [Vector, Vector, Vector],
): QuaternionAxes | undefined {
  const unit = (vector: Vector): Vector => {
    const length = lengthOf(vector);
    return [vector[0] / length, vector[1] / length, vector[2] / length];
  };
  const [x, y, z] = [unit(axes[0]), unit(axes[1]), unit(axes[2])];
  const volume = determinantOf([x, y, z]);
  if (Math.abs(volume) < 1 - 1e-6) return undefined;
  const handedness = volume < 0 ? -1 : 1;
  const third: Vector = [handedness * z[0], handedness * z[1], handedness * z[2]];
  return { quaternion: rotationToQuaternion([x, y, third]), handedness };
}

/** Takes the largest of the four numbers from the diagonal and the others from sums over it, which loses least. */
function rotationToQuaternion([x, y, z]: readonly [Vector, Vector, Vector]): Vector {
  const squares = [
    1 + x[0] + y[1] + z[2],
    1 + x[0] - y[1] - z[2],
    1 - x[0] + y[1] - z[2],
    1 - x[0] - y[1] + z[2],
  ];
  const largest = squares.indexOf(Math.max(...squares));
  const four = 2 * Math.sqrt(squares[largest]);
  const differences = [y[2] - z[1], z[0] - x[2], x[1] - y[0]];
  const sums = [y[0] + x[1], x[2] + z[0], z[1] + y[2]];
  const [a, b, c, d] = [
    [four * four / 4, ...differences],
    [differences[0], four * four / 4, sums[0], sums[1]],
    [differences[1], sums[0], four * four / 4, sums[2]],
    [differences[2], sums[1], sums[2], four * four / 4],
  ][largest].map((number) => number / four);
  const sign = a < 0 ? -1 : 1;
  return [sign * b + 0, sign * c + 0, sign * d + 0];
}
