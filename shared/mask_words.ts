/**
 * Masks read four voxels at a time. Most of a mask is background, and most of the time that a pass over it takes goes into
 * finding that out.
 *
 * @module
 */

/**
 * The voxels of a mask as words of four, the remaining one to three left out. A view on the mask's memory where that
 * starts at a multiple of four, on a copy of it elsewhere. A word is 0 where all four are background; which voxel is
 * which byte of it depends on the machine.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.deepEqual(wordsOf(new Uint8Array([0, 0, 0, 0, 1, 1, 1, 1, 1])), new Int32Array([0, 0x01010101]));
 * ```
 */
export function wordsOf(data: Uint8Array): Int32Array {
  const { buffer, byteOffset } = data.byteOffset % 4 === 0 ? data : new Uint8Array(data);
  return new Int32Array(buffer, byteOffset, data.length >> 2);
}

/**
 * A word that has 1 in each byte that is not 0 in the given one.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(tumorBytes(0x00ff0180), 0x00010101);
 * ```
 */
export function tumorBytes(word: number): number {
  // The lower seven bits of a byte carry into its eighth where any of them is set.
  return ((((word & 0x7f7f7f7f) + 0x7f7f7f7f) | word) >>> 7) & 0x01010101;
}

/**
 * The sum of a word's four bytes.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(sumOfBytes(0x01020304), 10);
 * ```
 */
export function sumOfBytes(word: number): number {
  return (word & 255) + (word >>> 8 & 255) + (word >>> 16 & 255) + (word >>> 24);
}
