/**
 * The size of an image file without decoding it, so that a small file cannot ask for a huge image.
 *
 * @module
 */

import { type ImageFormat, sniffFormat } from "./format.ts";
import { ImageFormatError, UnknownImageFormatError } from "./image_error.ts";
import { readJpegHeader } from "./jpeg_header.ts";
import { readPngHeader } from "./png_header.ts";
import { readTiffHeader } from "./tiff_header.ts";
import { readWebpHeader } from "./webp_header.ts";

/** What an image file's header says of the slice inside. */
export interface ImageDimensions {
  readonly format: ImageFormat;
  readonly width: number;
  readonly height: number;
  /** Channels of the slice once decoded. */
  readonly channels: number;
}

const readers = {
  tiff: readTiffHeader,
  png: readPngHeader,
  jpeg: readJpegHeader,
  webp: readWebpHeader,
};

/**
 * Reads the size of a TIFF, PNG, JPEG or WebP from its header; the pixels are not touched.
 *
 * @throws {UnknownImageFormatError} when the bytes are none of them.
 * @throws {ImageFormatError} when the header is broken or cut short, or the image has no pixels.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { encodePng } from "./encode_png.ts";
 * const png = encodePng({ data: new Uint8Array(6), height: 1, width: 2, channels: 3 });
 * assert.deepEqual(readDimensions(png), { format: "png", width: 2, height: 1, channels: 3 });
 * ```
 */
export function readDimensions(bytes: Uint8Array): ImageDimensions {
  const format = sniffFormat(bytes);
  if (format === undefined) {
    throw new UnknownImageFormatError(
      `Cannot decode the image as it must be a TIFF, PNG, JPEG or WebP: ${describeStart(bytes)}`,
    );
  }
  const { width, height, channels } = readHeader(format, bytes);
  if (width < 1 || height < 1) {
    throw new ImageFormatError(
      `Cannot decode the image as it must have pixels: current size is ${width}x${height}`,
    );
  }
  return { format, width, height, channels };
}

function readHeader(format: ImageFormat, bytes: Uint8Array) {
  try {
    return readers[format](bytes);
  } catch (error) {
    // A DataView throws a RangeError where it is asked for bytes that are not there.
    if (!(error instanceof RangeError)) throw error;
    throw new ImageFormatError(
      `Cannot decode the image as the header of the ${format.toUpperCase()} is cut short or broken: ` +
        `current length is ${bytes.length} bytes`,
      { cause: error },
    );
  }
}

function describeStart(bytes: Uint8Array): string {
  if (bytes.length === 0) return "current value is empty";
  const start = Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0"));
  return `current value starts with the bytes ${start.join(" ")}`;
}
