/**
 * JPEG files to slices.
 *
 * @module
 */

import { decode } from "jpeg-js";
import type { Slice } from "../volume.ts";
import { ImageFormatError } from "./image_error.ts";
import { readJpegHeader } from "./jpeg_header.ts";

/**
 * A JPEG as a slice: one channel where the file is gray, RGB otherwise. JPEG loses detail, and other decoders may
 * give values a few gray levels away from these.
 *
 * @throws {ImageFormatError} when there is more in the file than a picture of its size.
 * @throws {Error} whatever the decoder throws on data that is corrupt or cut short.
 */
export function decodeJpeg(bytes: Uint8Array): Slice {
  const { height, width, channels } = readJpegHeader(bytes);
  const data = decodeWithin(bytes, roomFor(width, height));
  // The decoder repeats a gray value three times.
  const pixels = channels === 3 ? data : data.filter((_, index) => index % 3 === 0);
  return { data: pixels, height, width, channels };
}

/**
 * Megabytes that the decoder asks for at most: for each of four components coefficients of four bytes, samples of one and
 * what comes out, with sides filled up to whole units of 15 blocks of 8.
 */
function roomFor(width: number, height: number): number {
  return 1 + 32 * (width + 120) * (height + 120) / 2 ** 20;
}

/** A file may have a second frame, of any size, which the decoder makes room for before it refuses it. */
function decodeWithin(bytes: Uint8Array, megabytes: number): Uint8Array {
  try {
    return decode(bytes, {
      useTArray: true,
      formatAsRGBA: false,
      tolerantDecoding: false,
      // The caller has checked the size already, against limits of its own.
      maxResolutionInMP: Infinity,
      maxMemoryUsageInMB: megabytes,
    }).data;
  } catch (error) {
    if (!(error instanceof Error) || !error.message.includes("maxMemoryUsageInMB")) throw error;
    throw new ImageFormatError("Cannot decode the JPEG as it must hold one picture of its size", {
      cause: error,
    });
  }
}
