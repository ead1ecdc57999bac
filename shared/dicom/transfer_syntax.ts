/**
 * How the numbers and pixels of a DICOM file are written. Source: DICOM PS3.5, section 10; the names, PS3.6, table A-1.
 *
 * @module
 */

import { ImageFormatError } from "../image/image_error.ts";

/** A way of writing that can be read. */
export interface TransferSyntax {
  readonly littleEndian: boolean;
  /** Whether each attribute says what kind of value it has. */
  readonly explicit: boolean;
  /** Pixels as they are, in run lengths, or each frame a JPEG. */
  readonly compression: "none" | "rle" | "jpeg";
}

const readable: Readonly<Record<string, TransferSyntax>> = {
  // Implicit VR Little Endian, Explicit VR Little Endian, Explicit VR Big Endian, RLE Lossless, JPEG Baseline.
  "1.2.840.10008.1.2": { littleEndian: true, explicit: false, compression: "none" },
  "1.2.840.10008.1.2.1": { littleEndian: true, explicit: true, compression: "none" },
  "1.2.840.10008.1.2.2": { littleEndian: false, explicit: true, compression: "none" },
  "1.2.840.10008.1.2.5": { littleEndian: true, explicit: true, compression: "rle" },
  "1.2.840.10008.1.2.4.50": { littleEndian: true, explicit: true, compression: "jpeg" },
};

const others: Readonly<Record<string, string>> = {
  "1.2.840.10008.1.2.1.99": "Deflated Explicit VR Little Endian",
  "1.2.840.10008.1.2.4.51": "JPEG Extended",
  "1.2.840.10008.1.2.4.57": "JPEG Lossless",
  "1.2.840.10008.1.2.4.70": "JPEG Lossless, first-order prediction",
  "1.2.840.10008.1.2.4.80": "JPEG-LS Lossless",
  "1.2.840.10008.1.2.4.81": "JPEG-LS Near-Lossless",
  "1.2.840.10008.1.2.4.90": "JPEG 2000 Lossless",
  "1.2.840.10008.1.2.4.91": "JPEG 2000",
  "1.2.840.10008.1.2.4.92": "JPEG 2000 Multi-component Lossless",
  "1.2.840.10008.1.2.4.93": "JPEG 2000 Multi-component",
  "1.2.840.10008.1.2.4.100": "MPEG2",
  "1.2.840.10008.1.2.4.102": "MPEG-4 AVC/H.264",
  "1.2.840.10008.1.2.4.110": "JPEG XL Lossless",
  "1.2.840.10008.1.2.4.201": "High-Throughput JPEG 2000 Lossless",
  "1.2.840.10008.1.2.4.203": "High-Throughput JPEG 2000",
};

/**
 * The transfer syntax of a UID.
 *
 * @throws {ImageFormatError} when there is no decoder for it, by its name.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(transferSyntaxOf("1.2.840.10008.1.2.2").littleEndian, false);
 * assert.throws(() => transferSyntaxOf("1.2.840.10008.1.2.4.90"), /JPEG 2000 Lossless/);
 * ```
 */
export function transferSyntaxOf(uid: string): TransferSyntax {
  if (Object.hasOwn(readable, uid)) return readable[uid];
  const name = Object.hasOwn(others, uid) ? `${others[uid]} (${uid})` : uid || "none";
  throw new ImageFormatError(
    "Cannot decode the DICOM file as its transfer syntax must be uncompressed, RLE Lossless or JPEG Baseline: " +
      `current value is ${name}; dcmdjpeg, dcmdjpls or gdcmconv --raw decompress it`,
  );
}
