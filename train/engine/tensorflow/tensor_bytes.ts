/**
 * JavaScript's numbers as TensorFlow's bytes, and back.
 *
 * @module
 */
import { dataType } from "./data_type.ts";

/** The bytes of a tensor's values. */
export function asBytes(values: ArrayLike<number> | ArrayBufferView, dtype: number): Uint8Array {
  const typed = ArrayBuffer.isView(values)
    ? values
    : dtype === dataType.float
    ? new Float32Array(values)
    : dtype === dataType.int32
    ? new Int32Array(values)
    : new Uint8Array(values);
  return new Uint8Array(typed.buffer, typed.byteOffset, typed.byteLength);
}

/** A bfloat16 is the upper half of a float32. */
function widenBfloat16(halves: Uint16Array): Float32Array {
  const words = new Uint32Array(halves.length);
  for (let index = 0; index < halves.length; index++) words[index] = halves[index] << 16;
  return new Float32Array(words.buffer);
}

/** A tensor's values from its bytes. */
export function fromBytes(
  buffer: ArrayBuffer,
  dtype: number,
): Float32Array | Int32Array | Uint8Array | BigInt64Array {
  switch (dtype) {
    case dataType.float:
    case dataType.complex64:
      return new Float32Array(buffer);
    case dataType.bfloat16:
      return widenBfloat16(new Uint16Array(buffer));
    case dataType.int32:
      return new Int32Array(buffer);
    case dataType.int64:
      return new BigInt64Array(buffer);
    default:
      return new Uint8Array(buffer);
  }
}
