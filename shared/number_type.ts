/**
 * The kinds of numbers that files hold, and how they are read and written in either byte order.
 *
 * @module
 */

/** A kind of number by numpy's name for it. */
export type NumberType =
  | "uint8"
  | "int8"
  | "uint16"
  | "int16"
  | "uint32"
  | "int32"
  | "uint64"
  | "int64"
  | "float32"
  | "float64";

/** Numbers in memory. Whole ones of 64 bits are kept as the nearest doubles. */
export type NumberArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

type Accessor =
  | "Uint8"
  | "Int8"
  | "Uint16"
  | "Int16"
  | "Uint32"
  | "Int32"
  | "BigUint64"
  | "BigInt64"
  | "Float32"
  | "Float64";

/** For each type its bytes, its array, and what a DataView calls it. */
const kinds: Readonly<
  Record<NumberType, readonly [bytes: number, new (length: number) => NumberArray, Accessor]>
> = {
  uint8: [1, Uint8Array, "Uint8"],
  int8: [1, Int8Array, "Int8"],
  uint16: [2, Uint16Array, "Uint16"],
  int16: [2, Int16Array, "Int16"],
  uint32: [4, Uint32Array, "Uint32"],
  int32: [4, Int32Array, "Int32"],
  uint64: [8, Float64Array, "BigUint64"],
  int64: [8, Float64Array, "BigInt64"],
  float32: [4, Float32Array, "Float32"],
  float64: [8, Float64Array, "Float64"],
};

/** Whether numbers lie in this machine's memory with their lowest byte first, as on nearly all. */
export const machineIsLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** How many bytes a number takes. */
export function bytesOf(type: NumberType): number {
  return kinds[type][0];
}

/** Whether numbers of a type need not be whole. */
export function isFloating(type: NumberType): boolean {
  return type === "float32" || type === "float64";
}

/**
 * A value as a float of 32 bits holds it; 0 for what it cannot hold: NaN, infinity, and numbers beyond its range, which
 * would make all of a picture unknown once it is scaled.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.deepEqual([0.5, NaN, -Infinity, 1e39].map(finiteFloat), [0.5, 0, 0, 0]);
 * ```
 */
export function finiteFloat(value: number): number {
  const float = Math.fround(value);
  return Number.isFinite(float) ? float : 0;
}

/** The least and the greatest number of a type that a double can be; of 64 bits, a little less than the type's own. */
export function rangeOf(type: NumberType): [least: number, greatest: number] {
  if (type === "float64") return [-Number.MAX_VALUE, Number.MAX_VALUE];
  if (type === "float32") return [-(2 - 2 ** -23) * 2 ** 127, (2 - 2 ** -23) * 2 ** 127];
  const signed = !type.startsWith("u"), bits = 8 * bytesOf(type) - (signed ? 1 : 0);
  return [signed ? -(2 ** bits) : 0, 2 ** bits - Math.max(1, 2 ** (bits - 53))];
}

/**
 * The numbers that bytes hold; of 8 bits, a view on them.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const bytes = new Uint8Array([0xff, 0xfe, 0x01, 0x00]);
 * assert.deepEqual(readNumbers(bytes, "int16", false), new Int16Array([-2, 256]));
 * ```
 */
export function readNumbers(
  bytes: Uint8Array,
  type: NumberType,
  littleEndian: boolean,
): NumberArray {
  if (type === "uint8") return bytes;
  if (type === "int8") return new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  const [size, Data, accessor] = kinds[type], numbers = new Data(Math.floor(bytes.length / size));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < numbers.length; i++) {
    numbers[i] = Number(view[`get${accessor}`](i * size, littleEndian));
  }
  return numbers;
}

/**
 * Writes number `index` of those that a view is to hold. It must be in the type's range, and whole where the type is.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const bytes = new Uint8Array(4);
 * writeNumber(new DataView(bytes.buffer), 1, -2, "int16", false);
 * assert.deepEqual(bytes, new Uint8Array([0, 0, 0xff, 0xfe]));
 * ```
 */
export function writeNumber(
  view: DataView,
  index: number,
  value: number,
  type: NumberType,
  littleEndian: boolean,
): void {
  const [size, , accessor] = kinds[type];
  if (accessor === "BigUint64" || accessor === "BigInt64") {
    view[`set${accessor}`](index * size, BigInt(value), littleEndian);
  } else {
    view[`set${accessor}`](index * size, value, littleEndian);
  }
}
