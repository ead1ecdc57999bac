/** Areas and volumes as people read them. */

import type { Spacing } from "../../../shared/spacing.ts";

function format(value: number, digits = 0): string {
  return value.toLocaleString("en", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

/**
 * The area of some pixels: in square millimetres where the spacing is known.
 *
 * @param spacing [slices, rows, columns] in mm.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(formatArea(4596), "4,596 pixels");
 * assert.equal(formatArea(4596, [5, 0.5, 0.5]), "1,149 mm²");
 * ```
 */
export function formatArea(pixels: number, spacing?: Spacing): string {
  if (!spacing) return `${format(pixels)} pixels`;
  const [rows, columns] = spacing.slice(-2);
  return `${format(pixels * rows * columns)} mm²`;
}

/**
 * The volume of some voxels: in millilitres where the spacing is known.
 *
 * @param spacing [slices, rows, columns] in mm.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(formatVolume(34567), "34,567 voxels");
 * assert.equal(formatVolume(34567, [5, 1, 0.5]), "86.4 ml");
 * ```
 */
export function formatVolume(voxels: number, spacing?: Spacing): string {
  if (!spacing) return `${format(voxels)} voxels`;
  return `${format(voxels * spacing.reduce((a, b) => a * b) / 1000, 1)} ml`;
}
