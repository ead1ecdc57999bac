/**
 * Masks read several voxels at a time. Most of a mask is background, and most of the time that a pass over it takes goes
 * into finding that out.
 *
 * @module
 */

/** The voxels of a mask as wider numbers, on the same memory. What is left over at the end is in neither. */
export interface MaskWords {
  /** Four voxels each, one in a byte. Which voxel is which byte depends on the machine. */
  readonly fours: Int32Array;
  /** Eight voxels each: to be looked at by `backgroundSign` alone, as the numbers they make mean nothing. */
  readonly eights: Float64Array;
}

/**
 * Views on a mask's memory where that starts at a multiple of eight, on a copy of it elsewhere.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const { fours, eights } = wordsOf(new Uint8Array([0, 0, 0, 0, 1, 1, 1, 1, 1]));
 * assert.deepEqual(fours, new Int32Array([0, 0x01010101]));
 * assert.equal(eights.length, 1);
 * ```
 */
export function wordsOf(data: Uint8Array): MaskWords {
  const { buffer, byteOffset } = data.byteOffset % 8 === 0 ? data : new Uint8Array(data);
  return {
    fours: new Int32Array(buffer, byteOffset, data.length >> 2),
    eights: new Float64Array(buffer, byteOffset, data.length >> 3),
  };
}

/**
 * -0 where the 32 voxels from the eight `i` on are all background, and any other number, 0 among them, where one is not:
 * to be compared by `Object.is`. The sum of two of these is -0 where both are.
 *
 * JavaScript has no integer of eight bytes that is fast in every engine, but a float of eight; and IEEE 754 knows one way
 * alone to a sum of -0, adding -0 to -0. So what starts at -0 stays there for as long as 0 is taken from it, whose
 * bytes are all 0. Anything else leads away for good, be it -0 itself (a lone 128 in its last byte), NaN, or numbers that
 * cancel each other.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const mask = new Uint8Array(64);
 * mask[39] = 128;
 * const { eights } = wordsOf(mask);
 * assert.ok(Object.is(backgroundSign(eights, 0), -0));
 * assert.ok(!Object.is(backgroundSign(eights, 4), -0));
 * ```
 */
export function backgroundSign(eights: Float64Array, i: number): number {
  return -0 - eights[i] - eights[i + 1] - eights[i + 2] - eights[i + 3];
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
