/**
 * Samples of fewer than 8 bits, packed in the same way by TIFF and PNG.
 *
 * @module
 */

/**
 * Samples of 1, 2 or 4 bits, one to a byte. They are packed highest bits first, and each row starts at a whole byte.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const packed = new Uint8Array([0b1010_0000, 0b0110_0000]);
 * assert.deepEqual(unpackBits(packed, 2, 3, 1), new Uint8Array([1, 0, 1, 0, 1, 1]));
 * ```
 */
export function unpackBits(
  packed: Uint8Array,
  rows: number,
  perRow: number,
  bits: number,
): Uint8Array {
  const samples = new Uint8Array(rows * perRow), rowBytes = Math.ceil(perRow * bits / 8);
  for (let i = 0; i < samples.length; i++) {
    const bit = (i % perRow) * bits;
    const byte = packed[Math.floor(i / perRow) * rowBytes + Math.floor(bit / 8)];
    samples[i] = byte >> 8 - bits - bit % 8 & 2 ** bits - 1;
  }
  return samples;
}

/**
 * Gray of 1, 2 or 4 bits stretched to 0..255 in place, as other programs show it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.deepEqual(stretchBits(new Uint8Array([0, 1, 3]), 2), new Uint8Array([0, 85, 255]));
 * ```
 */
export function stretchBits(samples: Uint8Array, bits: number): Uint8Array {
  const factor = 255 / (2 ** bits - 1);
  for (let i = 0; i < samples.length; i++) samples[i] *= factor;
  return samples;
}
