/**
 * Memory that TensorFlow takes as it is.
 *
 * @module
 */

/**
 * Where a tensor's memory must begin, or TensorFlow copies it: at a multiple of so many bytes
 * (`EIGEN_MAX_ALIGN_BYTES`).
 *
 * @see https://github.com/tensorflow/tensorflow/blob/v2.21.0/tensorflow/c/tf_tensor.cc
 */
const alignment = 64;

/**
 * Memory of zeros for a tensor. It stays where it is when its buffer is transferred to a worker and back.
 *
 * @param length In bytes.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const memory = allocateAligned(12), { buffer, byteOffset } = memory;
 * assert.equal(new Float32Array(buffer, byteOffset, 3).length, 3);
 * assert.equal(Deno.UnsafePointer.value(Deno.UnsafePointer.of(memory)) % 64n, 0n);
 * ```
 */
export function allocateAligned(length: number): Uint8Array<ArrayBuffer> {
  const memory = new Uint8Array(length + alignment - 1);
  const address = Deno.UnsafePointer.value(Deno.UnsafePointer.of(memory));
  const offset = (alignment - Number(address % BigInt(alignment))) % alignment;
  return memory.subarray(offset, offset + length);
}
