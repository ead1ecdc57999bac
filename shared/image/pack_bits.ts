/**
 * PackBits, the run lengths of TIFF files.
 *
 * Source: TIFF revision 6.0, section 9.
 *
 * @module
 */

/**
 * The first `maximum` bytes that PackBits data stands for, or all of them where they are fewer.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * // Three bytes as they are, then one byte four times.
 * const bytes = new Uint8Array([2, 10, 20, 30, 253, 5]);
 * assert.deepEqual(decodePackBits(bytes, 100), new Uint8Array([10, 20, 30, 5, 5, 5, 5]));
 * ```
 */
export function decodePackBits(bytes: Uint8Array, maximum: number): Uint8Array {
  const output = new Uint8Array(maximum);
  let length = 0, position = 0;
  while (length < maximum && position < bytes.length) {
    const control = bytes[position++];
    if (control < 128) {
      const literal = bytes.subarray(position, position + control + 1);
      output.set(literal.subarray(0, maximum - length), length);
      length += literal.length;
      position += control + 1;
    } else if (control > 128) {
      const run = position < bytes.length ? 257 - control : 0;
      output.fill(bytes[position++], length, length + run);
      length += run;
    }
  }
  return output.subarray(0, Math.min(length, maximum));
}
