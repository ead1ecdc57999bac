/**
 * Arrays in numpy's own file format, `.npy`. Source: numpy.lib.format, versions 1.0 to 3.0.
 *
 * @module
 */

import { ImageFormatError, ImageTooLargeError } from "./image/image_error.ts";
import {
  bytesOf,
  machineIsLittleEndian,
  type NumberArray,
  type NumberType,
  readNumbers,
} from "./number_type.ts";
import { printable, quoted } from "./printable.ts";
import { assertFillsShape, formatShape } from "./shape.ts";
import { sizeOf } from "./volume.ts";

/** An array with its axis lengths, in C order. */
export interface NpyArray {
  readonly data: NumberArray;
  readonly shape: readonly number[];
}

/** How much a file may ask for. */
export interface NpyLimits {
  /** Numbers in the array. @default 2 ** 27 */
  readonly maxValues?: number;
}

/** Letter and size of each type, as in the header's `descr`; a bool is a byte of 0 or 1. */
const typeCodes: Readonly<Record<string, NumberType>> = {
  b1: "uint8",
  u1: "uint8",
  i1: "int8",
  u2: "uint16",
  i2: "int16",
  u4: "uint32",
  i4: "int32",
  u8: "uint64",
  i8: "int64",
  f4: "float32",
  f8: "float64",
};

const magic = "\x93NUMPY";

/** A header of more than this is not that of a plain array. */
const maxHeaderLength = 65536;

/**
 * Decodes a `.npy` file. Whole numbers of 64 bits become the nearest doubles, bools 0 and 1; Fortran order becomes C
 * order.
 *
 * @throws {ImageFormatError} when the file is cut short, no `.npy`, or holds something else than plain numbers.
 * @throws {ImageTooLargeError} when the array is over the limit.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const array = { data: new Float32Array([0.5, 1, 2, 4, 8, 16]), shape: [2, 3] };
 * assert.deepEqual(decodeNpy(encodeNpy(array)), array);
 * ```
 */
export function decodeNpy(
  bytes: Uint8Array,
  { maxValues = 2 ** 27 }: NpyLimits = {},
): NpyArray {
  const { text, dataOffset } = readHeader(bytes);
  const { type, littleEndian } = readType(text);
  const shape = readShape(text);
  const count = sizeOf(shape), end = dataOffset + count * bytesOf(type);
  if (!(count <= maxValues)) {
    throw new ImageTooLargeError(
      `Cannot decode the .npy as it must have at most ${maxValues} numbers: ` +
        `current value is ${printable(formatShape(shape))}`,
    );
  }
  if (bytes.length < end) {
    throw broken(`it must have ${end} bytes, as its header says`, bytes.length);
  }
  const data = readNumbers(bytes.subarray(dataOffset, end), type, littleEndian);
  const fortran = /'fortran_order':\s*True/.test(text);
  return { data: fortran ? fromFortranOrder(data, shape) : data, shape };
}

/**
 * An array as a `.npy` file, version 1.0, little-endian.
 *
 * @throws {TypeError} when the data does not fill the shape.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const file = encodeNpy({ data: new Uint8Array([1, 0, 1]), shape: [3] });
 * assert.match(new TextDecoder("latin1").decode(file), /'descr': '\|u1', .*'shape': \(3,\)/);
 * ```
 */
export function encodeNpy(array: NpyArray): Uint8Array {
  assertFillsShape("encode a .npy", "array", array);
  const { data, shape } = array;
  const kind = data instanceof Float32Array || data instanceof Float64Array
    ? "f"
    : data.constructor.name.startsWith("U")
    ? "u"
    : "i";
  const order = data.BYTES_PER_ELEMENT === 1 ? "|" : "<";
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const dictionary = `{'descr': '${order}${kind}${data.BYTES_PER_ELEMENT}', ` +
    `'fortran_order': False, 'shape': (${tuple}), }`;
  // Data starts at a multiple of 64, after a line's end.
  const length = Math.ceil((10 + dictionary.length + 1) / 64) * 64;
  const bytes = new Uint8Array(length + data.byteLength), view = new DataView(bytes.buffer);
  const text = `${magic}\x01\0\0\0${dictionary.padEnd(length - 11)}\n`;
  for (let i = 0; i < length; i++) bytes[i] = text.charCodeAt(i);
  view.setUint16(8, length - 10, true);
  bytes.set(littleEndianBytes(data), length);
  return bytes;
}

function broken(expected: string, value: unknown): ImageFormatError {
  return new ImageFormatError(`Cannot decode the .npy as ${expected}: current value is ${value}`);
}

function readHeader(bytes: Uint8Array): { text: string; dataOffset: number } {
  const start = String.fromCharCode(...bytes.subarray(0, 6));
  if (start !== magic || bytes.length < 12) {
    throw broken('it must begin with "\\x93NUMPY" and a header', quoted(start));
  }
  const version = bytes[6];
  if (version < 1 || version > 3) throw broken("its version must be 1, 2 or 3", version);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerOffset = version === 1 ? 10 : 12;
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const dataOffset = headerOffset + length;
  if (length > maxHeaderLength || dataOffset > bytes.length) {
    throw broken(
      `its header must lie in the file and have at most ${maxHeaderLength} bytes`,
      length,
    );
  }
  return { text: new TextDecoder().decode(bytes.subarray(headerOffset, dataOffset)), dataOffset };
}

function readType(text: string): { type: NumberType; littleEndian: boolean } {
  const [, order, code] = /'descr':\s*'([<>|=]?)(\w+)'/.exec(text) ?? [];
  if (code && Object.hasOwn(typeCodes, code)) {
    return { type: typeCodes[code], littleEndian: order !== ">" };
  }
  throw broken("it must hold whole numbers, floats or bools", quoted(text.trim()));
}

function readShape(text: string): number[] {
  const [, tuple] = /'shape':\s*\(([\d,\s]*)\)/.exec(text) ?? [];
  if (tuple === undefined) {
    throw broken("its header must give a shape", quoted(text.trim()));
  }
  return tuple.split(",").filter((length) => length.trim() !== "").map(Number);
}

/** Data in which the first axis varies fastest, turned so that the last does. */
function fromFortranOrder(data: NumberArray, shape: readonly number[]): NumberArray {
  const turned = data.slice(), steps: number[] = [];
  shape.reduce((step, length) => (steps.push(step), step * length), 1);
  const index = shape.map(() => 0);
  let from = 0;
  for (let i = 0; i < data.length; i++) {
    turned[i] = data[from];
    // Counts up like the wheels of a mileage counter, the last axis first.
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += steps[axis];
      if (++index[axis] < shape[axis]) break;
      from -= steps[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return turned;
}

function littleEndianBytes(data: NumberArray): Uint8Array {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (machineIsLittleEndian || data.BYTES_PER_ELEMENT === 1) return bytes;
  const turned = bytes.slice();
  for (let i = 0; i < turned.length; i += data.BYTES_PER_ELEMENT) {
    turned.subarray(i, i + data.BYTES_PER_ELEMENT).reverse();
  }
  return turned;
}
