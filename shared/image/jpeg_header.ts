/**
 * The size of a JPEG, from its frame header.
 *
 * @module
 */

import { ImageFormatError } from "./image_error.ts";

/** What a JPEG's start-of-frame segment says. Source: ITU-T T.81, B.2.2. */
export interface JpegHeader {
  readonly width: number;
  readonly height: number;
  /** Channels of the decoded slice: 1 for a gray image, otherwise 3. */
  readonly channels: number;
}

/**
 * Reads the frame header of a JPEG, past whatever segments come before it.
 *
 * @throws {ImageFormatError} when there is none, or its kind is not supported.
 * @throws {RangeError} when the bytes end within it.
 */
export function readJpegHeader(bytes: Uint8Array): JpegHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let offset = 2;
  while (true) {
    if (view.getUint8(offset) !== 0xff) {
      throw new ImageFormatError("Cannot decode the JPEG as a segment must start with a marker");
    }
    const marker = view.getUint8(offset + 1);
    if (marker === 0xff) offset++; // A marker may be preceded by any number of fill bytes.
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) offset += 2; // No length follows.
    else if (isFrame(marker)) return readFrame(view, marker, offset + 4);
    else if (marker === 0xd9 || marker === 0xda) {
      throw new ImageFormatError("Cannot decode the JPEG as it must have a frame header");
    } else {
      // A length counts its own two bytes, so every turn moves on.
      offset += 2 + Math.max(2, view.getUint16(offset + 2));
    }
  }
}

/** SOF0 to SOF15, among which three other markers lie: DHT, JPG and DAC. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function readFrame(view: DataView, marker: number, offset: number): JpegHeader {
  // SOF0 to SOF2: baseline, extended and progressive, all with Huffman codes.
  if (marker > 0xc2) {
    throw new ImageFormatError(
      "Cannot decode the JPEG as it must be baseline or progressive: " +
        `current value is frame type SOF${marker - 0xc0}`,
    );
  }
  const precision = view.getUint8(offset);
  if (precision !== 8) {
    throw new ImageFormatError(
      `Cannot decode the JPEG as its samples must have 8 bits: current value is ${precision}`,
    );
  }
  const components = view.getUint8(offset + 5);
  if (![1, 3, 4].includes(components)) {
    throw new ImageFormatError(
      `Cannot decode the JPEG as it must have 1, 3 or 4 components: current value is ${components}`,
    );
  }
  return {
    height: view.getUint16(offset + 1),
    width: view.getUint16(offset + 3),
    channels: components === 1 ? 1 : 3,
  };
}
