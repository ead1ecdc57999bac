/**
 * The size of a WebP, from its first chunk.
 *
 * @module
 */

import { quoted } from "../printable.ts";
import { ImageFormatError } from "./image_error.ts";

/** What a WebP's first chunk says. */
export interface WebpHeader {
  readonly width: number;
  readonly height: number;
  /** Channels of the decoded slice: always 3. Transparency is dropped. */
  readonly channels: 3;
}

/**
 * Reads the first chunk of a WebP: lossy (VP8), lossless (VP8L) or extended (VP8X).
 * Source: RFC 9649, sections 2.5 to 2.7; RFC 6386, section 9.1.
 *
 * @throws {ImageFormatError} when it is none of them, or the image is animated.
 * @throws {RangeError} when the bytes end within it.
 */
export function readWebpHeader(bytes: Uint8Array): WebpHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kind = String.fromCharCode(...[12, 13, 14, 15].map((offset) => view.getUint8(offset)));
  if (kind === "VP8 ") {
    // Frame tag of 3 bytes, start code of 3 bytes, then sizes of 14 bits under 2 bits of scaling.
    const width = view.getUint16(26, true) & 0x3fff, height = view.getUint16(28, true) & 0x3fff;
    return { width, height, channels: 3 };
  }
  if (kind === "VP8L") {
    // A signature byte, then 14 bits each of width - 1 and height - 1.
    const sizes = view.getUint32(21, true);
    return { width: (sizes & 0x3fff) + 1, height: (sizes >>> 14 & 0x3fff) + 1, channels: 3 };
  }
  if (kind !== "VP8X") {
    throw new ImageFormatError(
      "Cannot decode the WebP as its first chunk must be VP8, VP8L or VP8X: " +
        `current value is ${quoted(kind)}`,
    );
  }
  if (view.getUint8(20) & 0x02) {
    throw new ImageFormatError(
      "Cannot decode the WebP as it must be one picture, not an animation",
    );
  }
  // 24 bits each of width - 1 and height - 1.
  const uint24 = (offset: number) =>
    view.getUint16(offset, true) + 0x10000 * view.getUint8(offset + 2);
  return { width: uint24(24) + 1, height: uint24(27) + 1, channels: 3 };
}
