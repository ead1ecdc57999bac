/**
 * Slices and masks as PNG files.
 *
 * @module
 */

import { encode } from "fast-png";
import { assertFillsShape, formatShape } from "../shape.ts";
import type { Mask, Slice } from "../volume.ts";

/**
 * An 8-bit slice as a PNG: gray with one channel, RGB with three.
 *
 * @throws {TypeError} when the slice has not 8 bits, or neither one nor three channels.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { decodeImage } from "./decode.ts";
 * const slice = { data: new Uint8Array([1, 2, 3, 4]), height: 2, width: 2, channels: 1 };
 * assert.deepEqual(await decodeImage(encodePng(slice)), slice);
 * ```
 */
export function encodePng({ data, height, width, channels }: Slice): Uint8Array<ArrayBuffer> {
  if (!(data instanceof Uint8Array)) {
    throw new TypeError(
      `Cannot encode a PNG as the values must be a Uint8Array: current value is a ${data.constructor.name}`,
    );
  }
  if (channels !== 1 && channels !== 3) {
    throw new TypeError(
      `Cannot encode a PNG as the slice must have 1 or 3 channels: current value is ${channels}`,
    );
  }
  assertFillsShape("encode a PNG", "slice", { data, shape: [height, width, channels] });
  return new Uint8Array(encode({ data, height, width, channels, depth: 8 }));
}

/**
 * A mask [height, width] as a gray PNG: 255 is tumor, 0 is not, as in the published data.
 *
 * @throws {TypeError} when the mask has not two axes.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { decodeImage } from "./decode.ts";
 * const png = maskToPng({ data: new Uint8Array([0, 1]), shape: [1, 2] });
 * assert.deepEqual((await decodeImage(png)).data, new Uint8Array([0, 255]));
 * ```
 */
export function maskToPng(mask: Mask): Uint8Array<ArrayBuffer> {
  if (mask.shape.length !== 2) {
    throw new TypeError(
      "Cannot encode a mask as its shape must be [height, width]: " +
        `current value is ${formatShape(mask.shape)}`,
    );
  }
  const [height, width] = mask.shape;
  const data = mask.data.map((value) => value === 0 ? 0 : 255);
  return encodePng({ data, height, width, channels: 1 });
}
