/**
 * The numbers people read beside the outline of a whole patient.
 *
 * @module
 */

import { assertSpacing, type Spacing } from "../spacing.ts";
import { spatialShape } from "../shape.ts";
import type { Mask } from "../volume.ts";

/** How large the outlined tumor is, and where to look first. */
export interface VolumeMeasure {
  readonly voxels: number;
  /** In ml; null where the spacing is not known. */
  readonly volumeMl: number | null;
  /** Of each slice, in pixels. */
  readonly areas: readonly number[];
  /** The slice with the largest area, the first of several; null where nothing is outlined. */
  readonly largestSlice: number | null;
}

/**
 * Measures a mask [slices, height, width].
 *
 * @param spacing [slices, rows, columns] in mm, where it is known.
 * @throws {TypeError} when the mask has not three axes, or the spacing not three numbers.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const mask = { data: new Uint8Array([0, 1, 1, 1, 0, 0]), shape: [3, 1, 2] };
 * assert.deepEqual(measureVolume(mask, [5, 10, 10]), {
 *   voxels: 3,
 *   volumeMl: 1.5,
 *   areas: [1, 2, 0],
 *   largestSlice: 1,
 * });
 * ```
 */
export function measureVolume(mask: Mask, spacing?: Spacing): VolumeMeasure {
  if (spacing) assertSpacing("measure the volume", spacing, 3);
  const [slices, height, width] = spatialShape("measure the volume", mask.shape);
  const size = height * width;
  const areas = Array.from({ length: slices }, (_, index) => {
    let area = 0;
    for (let i = index * size; i < (index + 1) * size; i++) if (mask.data[i] !== 0) area++;
    return area;
  });
  const voxels = areas.reduce((sum, area) => sum + area, 0);
  const voxelMl = spacing && spacing.reduce((product, mm) => product * mm, 1) / 1000;
  return {
    voxels,
    volumeMl: voxelMl === undefined ? null : voxels * voxelMl,
    areas,
    largestSlice: voxels === 0 ? null : areas.indexOf(Math.max(...areas)),
  };
}
