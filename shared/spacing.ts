/**
 * How far apart voxels are. A distance or a volume is only one in millimetres if it is told.
 *
 * @module
 */

/**
 * Millimetres from one voxel to the next along each axis, in the order of the shape: [slices, rows, columns]
 * for a volume, [rows, columns] for a lone slice. The first of the three is the distance between slices, which
 * in this data is several times the size of a pixel. All ones: distances in voxels.
 */
export type Spacing = readonly number[];

/**
 * Refuses a spacing that does not fit a number of axes.
 *
 * @param action What the caller was about to do, as in "measure surface distances".
 * @throws {TypeError} when there is not one number for each axis.
 * @throws {RangeError} when one of them is not a finite number above 0.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assertSpacing("measure a volume", [5, 1, 1], 3);
 * assert.throws(() => assertSpacing("measure a volume", [1, 1], 3), TypeError);
 * assert.throws(() => assertSpacing("measure a volume", [0, 1, 1], 3), RangeError);
 * ```
 */
export function assertSpacing(action: string, spacing: Spacing, axes: number): void {
  if (spacing.length !== axes) {
    throw new TypeError(
      `Cannot ${action} as the spacing must have one number for each of ${axes} axes: ` +
        `current value is [${spacing.join(", ")}]`,
    );
  }
  if (!spacing.every((length) => Number.isFinite(length) && length > 0)) {
    throw new RangeError(
      `Cannot ${action} as every spacing must be over 0 mm: ` +
        `current value is [${spacing.join(", ")}]`,
    );
  }
}
