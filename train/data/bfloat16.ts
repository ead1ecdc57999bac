/**
 * Images in half the memory: bfloat16, the upper half of a float32.
 *
 * @module
 */

/** Above it, its sign aside, the bits of a float32 are those of something that is not a number. */
const infinity = 0x7f800000;

/** The bits of the bfloat16 that is not a number. */
const nan = 0x7fc0;

/**
 * Rounds to bfloat16 as TensorFlow's op `Cast` does: to the nearest, ties to even, what is too large to infinity.
 *
 * @param bits Takes the bits of the rounded numbers, as many as there are values.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const bits = new Uint16Array(3);
 * // 1, half-way between 1 and the next number, and infinity.
 * roundToBfloat16(Float32Array.of(1, 1.00390625, Infinity), bits);
 * assert.deepEqual([...bits], [0x3f80, 0x3f80, 0x7f80]);
 * ```
 */
export function roundToBfloat16(values: Float32Array, bits: Uint16Array): void {
  const words = new Int32Array(values.buffer, values.byteOffset, values.length);
  for (let index = 0; index < words.length; index++) {
    const word = words[index], upper = word >>> 16;
    // Rounded, a NaN could become infinity.
    bits[index] = (word & 0x7fffffff) > infinity ? nan : (word + 0x7fff + (upper & 1)) >>> 16;
  }
}
