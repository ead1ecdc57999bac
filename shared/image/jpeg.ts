/**
 * JPEG files to slices.
 *
 * @module
 */

import { decode } from "jpeg-js";
import type { Slice } from "../volume.ts";
import { readJpegHeader } from "./jpeg_header.ts";

/**
 * A JPEG as a slice: one channel where the file is gray, RGB otherwise. JPEG loses detail, and other decoders may
 * give values a few gray levels away from these.
 *
 * @throws {Error} whatever the decoder throws on data that is corrupt or cut short.
 */
export function decodeJpeg(bytes: Uint8Array): Slice {
  const { height, width, channels } = readJpegHeader(bytes);
  const { data } = decode(bytes, {
    useTArray: true,
    formatAsRGBA: false,
    tolerantDecoding: false,
    // The caller has checked the size already, against limits of its own; this leaves room for all of them.
    maxResolutionInMP: Infinity,
    maxMemoryUsageInMB: 1024,
  });
  // The decoder repeats a gray value three times.
  const pixels = channels === 3 ? data : data.filter((_, index) => index % 3 === 0);
  return { data: pixels, height, width, channels };
}
