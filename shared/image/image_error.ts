/**
 * What can be wrong with an image file, told apart by class.
 *
 * @module
 */

/**
 * An image that cannot be decoded: broken, cut short, or of a kind that is not supported.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { decodeImage } from "./decode.ts";
 * import { encodePng } from "./encode_png.ts";
 * const file = encodePng({ data: new Uint8Array(64), height: 8, width: 8, channels: 1 });
 * await assert.rejects(decodeImage(file.subarray(0, 40)), ImageFormatError);
 * ```
 */
export class ImageFormatError extends Error {
  override readonly name: string = "ImageFormatError";
}

/**
 * Bytes that are no TIFF, PNG, JPEG or WebP at all.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { decodeImage } from "./decode.ts";
 * await assert.rejects(decodeImage(new TextEncoder().encode("no image")), UnknownImageFormatError);
 * ```
 */
export class UnknownImageFormatError extends ImageFormatError {
  override readonly name = "UnknownImageFormatError";
}

/**
 * An image whose file or pixels are over the limits; nothing of it has been decoded.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { decodeImage } from "./decode.ts";
 * import { encodePng } from "./encode_png.ts";
 * const file = encodePng({ data: new Uint8Array(64), height: 8, width: 8, channels: 1 });
 * await assert.rejects(decodeImage(file, { maxPixels: 63 }), ImageTooLargeError);
 * ```
 */
export class ImageTooLargeError extends Error {
  override readonly name = "ImageTooLargeError";
}
