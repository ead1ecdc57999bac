/**
 * Slices put together to a volume.
 *
 * @module
 */

import { type PixelData, sizeOf, type Slice, type Volume } from "./volume.ts";

/**
 * The volume of some slices, in their order; a copy, in the pixel type that they share.
 *
 * @throws {TypeError} when there are none, or one is not like the first in size, channels or pixel type.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const slice = (value: number) => ({
 *   data: new Uint8Array([value, value]), height: 1, width: 2, channels: 1,
 * });
 * const volume = stackSlices([slice(3), slice(5)]);
 * assert.equal(volume.slices, 2);
 * assert.deepEqual(volume.data, new Uint8Array([3, 3, 5, 5]));
 * ```
 */
export function stackSlices(slices: readonly Slice[]): Volume {
  if (slices.length === 0) {
    throw new TypeError(
      "Cannot stack slices as there must be at least one: current value is none",
    );
  }
  const [{ data: { constructor }, height, width, channels }] = slices;
  const size = sizeOf([height, width, channels]);
  const data = new (constructor as new (length: number) => PixelData)(size * slices.length);
  slices.forEach((slice, index) => {
    if (kindOf(slice) !== kindOf(slices[0])) {
      throw new TypeError(
        `Cannot stack slices as each must be like the first, ${kindOf(slices[0])}: ` +
          `current value of slice ${index} is ${kindOf(slice)}`,
      );
    }
    data.set(slice.data, index * size);
  });
  return { data, slices: slices.length, height, width, channels };
}

function kindOf({ data, height, width, channels }: Slice): string {
  return `${width}x${height}x${channels} in a ${data.constructor.name}`;
}
