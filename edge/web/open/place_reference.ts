/** Puts reference masks where their slices are. */

import { assertSameGeometry } from "../../../shared/geometry.ts";
import { placeOutline } from "../../../shared/place_outline.ts";
import type { Mask } from "../../../shared/volume.ts";
import { formatShape } from "../../../shared/shape.ts";
import type { NamedMask, Scan } from "./scan.ts";

/**
 * The reference of a whole scan, [slices, height, width]. Masks find their slices by name; slices without one
 * count as free of tumor. A lone mask goes with a lone slice whatever their names are, and a mask of three
 * axes is the whole scan's, unless it says that slices without tumor may be missing.
 *
 * @throws {Error} where a mask belongs to no slice, or is of another size.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const volume = { data: new Uint8Array(4), slices: 2, height: 1, width: 2, channels: 1 };
 * const mask = { data: new Uint8Array([0, 1]), shape: [1, 2] };
 * const scan = { volume, sliceNames: ["P_1", "P_2"] };
 * assert.deepEqual(placeReference(scan, [{ name: "P_2", mask }]).data, new Uint8Array([0, 0, 0, 1]));
 * ```
 */
export function placeReference(
  { volume, sliceNames, geometry }: Pick<Scan, "volume" | "sliceNames" | "geometry">,
  masks: readonly NamedMask[],
): Mask {
  const { slices, height, width } = volume;
  const shape = [slices, height, width], data = new Uint8Array(slices * height * width);
  for (const { name, mask, geometry: where, sparse } of masks) {
    if (sparse) {
      if (!geometry) throw new Error(`The mask ${name} goes with a DICOM or NIfTI scan only.`);
      const placed = placeOutline(mask.data as Uint8Array, where!, geometry, placement);
      data.set(placed);
      continue;
    }
    if (geometry && where) assertSameGeometry(placement.action, placement.names, geometry, where);
    const whole = mask.shape.length === 3;
    assertSize(name, mask.shape, whole ? shape : [height, width]);
    const index = whole || (slices === 1 && masks.length === 1) ? 0 : sliceNames.indexOf(name);
    if (index < 0) throw new Error(`The mask ${name}_mask belongs to none of the open slices.`);
    data.set(mask.data, index * height * width);
  }
  return { data, shape };
}

const placement = { action: "compare", names: ["scan", "mask"] } as const;

function assertSize(name: string, actual: readonly number[], expected: readonly number[]): void {
  const [is, must] = [actual, expected].map((shape) => formatShape(shape.toReversed()));
  if (is === must) return;
  throw new Error(`The mask of ${name} must have the scan's size, ${must}; it has ${is}.`);
}
