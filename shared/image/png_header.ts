/**
 * The size of a PNG, from its header.
 *
 * @module
 */

import { ImageFormatError } from "./image_error.ts";

/** What a PNG's IHDR chunk says. Source: PNG (third edition), 11.2.1. */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Bits of each sample in the file: 1, 2, 4, 8 or 16. */
  readonly depth: number;
  readonly colorType: 0 | 2 | 3 | 4 | 6;
  readonly interlaced: boolean;
  /** Channels of the decoded slice: a palette becomes RGB, transparency is dropped. */
  readonly channels: number;
}

/** The depths that each color type may have. */
const depths: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

/**
 * Reads the header of a PNG.
 *
 * @throws {ImageFormatError} when the header is not one.
 * @throws {RangeError} when the bytes end within it.
 */
export function readPngHeader(bytes: Uint8Array): PngHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(8) !== 13 || view.getUint32(12) !== 0x49484452) {
    throw new ImageFormatError("Cannot decode the PNG as it must start with an IHDR chunk");
  }
  const depth = view.getUint8(24), colorType = view.getUint8(25);
  if (!depths[colorType]?.includes(depth)) {
    throw new ImageFormatError(
      "Cannot decode the PNG as its color type and depth must be a pair that PNG allows: " +
        `current values are ${colorType} and ${depth}`,
    );
  }
  return {
    width: view.getUint32(16),
    height: view.getUint32(20),
    depth,
    colorType: colorType as PngHeader["colorType"],
    interlaced: view.getUint8(28) === 1,
    channels: colorType === 0 || colorType === 4 ? 1 : 3,
  };
}
