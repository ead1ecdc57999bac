/**
 * Image files to slices and masks. The one way in for pixels, on the command line, at the edge and in the page.
 *
 * @module
 */

import { formatShape } from "../shape.ts";
import type { Mask, Slice } from "../volume.ts";
import { sayingOf } from "./decoder_error.ts";
import { readDimensions } from "./dimensions.ts";
import { ImageFormatError, ImageTooLargeError } from "./image_error.ts";
import { decodeJpeg } from "./jpeg.ts";
import { decodePng } from "./png.ts";
import { decodeTiff } from "./tiff.ts";
import { decodeWebp } from "./webp.ts";

export { ImageFormatError, ImageTooLargeError, UnknownImageFormatError } from "./image_error.ts";

/** How much an image may ask for, checked before anything of it is decoded. */
export interface ImageLimits {
  /** Width times height. @default 4096 * 4096, far more than a slice of an MRI has */
  readonly maxPixels?: number;
  /** Once decoded. @default 4, which no format here can hold more than */
  readonly maxChannels?: number;
  /** Length of the file. @default 64 MiB */
  readonly maxBytes?: number;
}

const decoders = { tiff: decodeTiff, png: decodePng, jpeg: decodeJpeg, webp: decodeWebp };

/**
 * Decodes a TIFF, PNG, JPEG or WebP, told apart by its first bytes, to a slice [height, width, channels].
 *
 * 8-bit files give a `Uint8Array`, 16-bit TIFF and PNG a `Uint16Array`, signed and floating TIFF a `Float32Array`.
 * Gray stays one channel (a WebP is always RGB), a palette becomes RGB, transparency is dropped. Of a TIFF with
 * several images, the first. A tag that asks for the picture to be turned is not followed.
 *
 * @throws {UnknownImageFormatError} when the bytes are none of the four formats.
 * @throws {ImageFormatError} when the image is cut short, corrupt, or of a kind that is not supported.
 * @throws {ImageTooLargeError} when the file or the image is over the limits.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { encodePng } from "./encode_png.ts";
 * const slice = { data: new Uint8Array([9, 8, 7]), height: 1, width: 1, channels: 3 };
 * assert.deepEqual(await decodeImage(encodePng(slice)), slice);
 * await assert.rejects(decodeImage(encodePng(slice), { maxPixels: 0 }), ImageTooLargeError);
 * await assert.rejects(decodeImage(encodePng(slice).subarray(0, 50)), ImageFormatError);
 * ```
 */
export async function decodeImage(bytes: Uint8Array, limits: ImageLimits = {}): Promise<Slice> {
  const { maxPixels = 4096 * 4096, maxChannels = 4, maxBytes = 64 * 2 ** 20 } = limits;
  if (bytes.length > maxBytes) {
    throw new ImageTooLargeError(
      `Cannot decode the image as its file must have at most ${maxBytes} bytes: ` +
        `current value is ${bytes.length}`,
    );
  }
  // A Node Buffer is a Uint8Array, but its slice() shares memory: the decoders get a plain one.
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { format, width, height, channels } = readDimensions(plain);
  if (width * height > maxPixels) {
    throw new ImageTooLargeError(
      `Cannot decode the image as it must have at most ${maxPixels} pixels: ` +
        `current size is ${width}x${height}`,
    );
  }
  if (channels > maxChannels) {
    throw new ImageTooLargeError(
      `Cannot decode the image as it must have at most ${maxChannels} channels: ` +
        `current value is ${channels}`,
    );
  }
  const slice = await decodeOrExplain(plain, format);
  const shape = [slice.height, slice.width, slice.channels];
  const promised = [height, width, channels];
  if (formatShape(shape) !== formatShape(promised)) {
    throw new ImageFormatError(
      `Cannot decode the image as it must have the size of its header, ${formatShape(promised)}: ` +
        `current value is ${formatShape(shape)}`,
    );
  }
  return slice;
}

async function decodeOrExplain(bytes: Uint8Array, format: keyof typeof decoders): Promise<Slice> {
  try {
    return await decoders[format](bytes);
  } catch (error) {
    if (error instanceof ImageFormatError) throw error;
    const saying = sayingOf(error), what = format.toUpperCase();
    throw new ImageFormatError(
      `Cannot decode the ${what} as its data must be whole and intact${saying && `: ${saying}`}`,
      { cause: error },
    );
  }
}

/**
 * Decodes a mask from an image file, [height, width]. Its pixels must be 0 and 255, as in the published data, or 0 and
 * 1. A file with several channels, such as any WebP, must repeat the same mask in each.
 *
 * @throws {ImageFormatError} naming the first pixel that is neither tumor nor background, and as
 *   {@linkcode decodeImage} throws it.
 * @throws {ImageTooLargeError} when the file or the image is over the limits.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { maskToPng } from "./encode_png.ts";
 * const mask = { data: new Uint8Array([0, 1, 1, 0]), shape: [2, 2] };
 * assert.deepEqual(await decodeMask(maskToPng(mask)), mask);
 * ```
 */
export async function decodeMask(bytes: Uint8Array, limits: ImageLimits = {}): Promise<Mask> {
  return sliceToMask(await decodeImage(bytes, limits));
}

/**
 * A slice whose values are 0 and 255, or 0 and 1, as a mask [height, width]; several channels must agree.
 *
 * @throws {ImageFormatError} naming the first pixel that is neither tumor nor background.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const slice = { data: new Uint8Array([0, 255]), height: 1, width: 2, channels: 1 };
 * assert.deepEqual(sliceToMask(slice).data, new Uint8Array([0, 1]));
 * const gray = { ...slice, data: new Uint8Array([0, 7]) };
 * assert.throws(() => sliceToMask(gray), ImageFormatError);
 * ```
 */
export function sliceToMask({ data, height, width, channels }: Slice): Mask {
  const tumor = data.includes(255) ? 255 : 1;
  const mask = new Uint8Array(height * width);
  for (let pixel = 0; pixel < mask.length; pixel++) {
    const value = data[pixel * channels];
    if (value !== 0 && value !== tumor) throw notBinary(value, pixel, width);
    for (let channel = 1; channel < channels; channel++) {
      const other = data[pixel * channels + channel];
      if (other !== value) throw notBinary(other, pixel, width);
    }
    mask[pixel] = value === 0 ? 0 : 1;
  }
  return { data: mask, shape: [height, width] };
}

function notBinary(value: number, pixel: number, width: number): ImageFormatError {
  return new ImageFormatError(
    "Cannot read the mask as all its pixels must be 0 or 255 (or all 0 or 1): " +
      `current value is ${value} in row ${Math.floor(pixel / width)}, column ${pixel % width}`,
  );
}
