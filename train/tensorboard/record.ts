/**
 * TFRecord, the framing of TensorFlow's files: records one after the other, each with checksums, so that who
 * reads a file while it grows knows a record that is not whole yet.
 *
 * @module
 */
import crc32c from "crc-32/crc32c.js";

/** What is added to a masked checksum. */
const maskDelta = 0xa282ead8;

/**
 * The checksum of TFRecord: CRC-32C, turned and shifted, since the CRC of data that holds its own CRC says little.
 *
 * Source: `masked_crc32c` in tensorflow/core/lib/hash/crc32c.h; CRC-32C: RFC 3720, appendix B.4.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * // RFC 3720: the CRC-32C of 32 bytes of zeros is 0x8a9136aa.
 * const crc = 0x8a9136aa;
 * const masked = (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
 * assert.equal(maskedChecksum(new Uint8Array(32)), masked);
 * ```
 */
export function maskedChecksum(bytes: Uint8Array): number {
  const crc = crc32c.buf(bytes) >>> 0;
  return (((crc >>> 15) | (crc << 17)) + maskDelta) >>> 0;
}

/**
 * A record around its data: length (64 bit), checksum of the length, data, checksum of the data; all
 * little-endian.
 *
 * Source: https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const record = encodeRecord(new Uint8Array([7, 8, 9]));
 * assert.equal(record.length, 8 + 4 + 3 + 4);
 * assert.deepEqual(record.subarray(0, 8), new Uint8Array([3, 0, 0, 0, 0, 0, 0, 0]));
 * assert.deepEqual(record.subarray(12, 15), new Uint8Array([7, 8, 9]));
 * ```
 */
export function encodeRecord(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(data.length + 16), view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedChecksum(record.subarray(0, 8)), true);
  record.set(data, 12);
  view.setUint32(12 + data.length, maskedChecksum(data), true);
  return record;
}
