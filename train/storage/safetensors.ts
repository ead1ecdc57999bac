/**
 * Named tensors in one file: the safetensors format of Hugging Face, which PyTorch's world reads as well
 * (https://github.com/huggingface/safetensors). Eight bytes of header length, a JSON header, then the
 * numbers, little-endian and in C order, each tensor right behind the one before.
 *
 * @module
 */

import { printable, quoted } from "../../shared/printable.ts";

/** Arrays that hold a data type's elements; the two 16-bit floats stay as the bits they are. */
interface Elements {
  F64: Float64Array;
  F32: Float32Array;
  F16: Uint16Array;
  BF16: Uint16Array;
  I64: BigInt64Array;
  I32: Int32Array;
  I16: Int16Array;
  I8: Int8Array;
  U64: BigUint64Array;
  U32: Uint32Array;
  U16: Uint16Array;
  U8: Uint8Array;
  BOOL: Uint8Array;
}

const arrays: { [T in TensorType]: ArrayConstructor<Elements[T]> } = {
  F64: Float64Array,
  F32: Float32Array,
  F16: Uint16Array,
  BF16: Uint16Array,
  I64: BigInt64Array,
  I32: Int32Array,
  I16: Int16Array,
  I8: Int8Array,
  U64: BigUint64Array,
  U32: Uint32Array,
  U16: Uint16Array,
  U8: Uint8Array,
  BOOL: Uint8Array,
};

interface ArrayConstructor<T> {
  new (buffer: ArrayBufferLike): T;
  readonly BYTES_PER_ELEMENT: number;
}

/** A data type's name in the format. */
export type TensorType = keyof Elements;

/** One tensor, C order. F16 and BF16 come as raw bits; BOOL as 0 and 1. */
export type SafeTensor = {
  [T in TensorType]: {
    readonly dtype: T;
    readonly shape: readonly number[];
    readonly data: Elements[T];
  };
}[TensorType];

/** What a file holds. */
export interface Safetensors {
  readonly tensors: ReadonlyMap<string, SafeTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A file that is not what the format says, with what is wrong in it. */
export class SafetensorsError extends Error {
  override readonly name = "SafetensorsError";
}

/** The reference implementation's limit; a longer header is an attack or a damaged length. */
const longestHeader = 100_000_000;

const metadataKey = "__metadata__";

interface Entry {
  readonly name: string;
  readonly dtype: TensorType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/**
 * Reads a file's tensors and metadata; the tensors are copies, so the bytes can go.
 *
 * @throws {SafetensorsError} when the bytes are not a safetensors file: cut short, a header that is not
 * JSON, an unknown data type, offsets that do not match the shape, overlap, leave gaps or end early.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const mean = { dtype: "F32", shape: [2], data: new Float32Array([0.5, 2]) } as const;
 * const bytes = writeSafetensors(new Map([["bn.running_mean", mean]]), { epoch: "3" });
 * const { tensors, metadata } = readSafetensors(bytes);
 * assert.deepEqual(tensors.get("bn.running_mean"), mean);
 * assert.equal(metadata.epoch, "3");
 * ```
 */
export function readSafetensors(bytes: Uint8Array): Safetensors {
  const { header, start } = readHeader(bytes);
  const { [metadataKey]: metadata, ...described } = header;
  const entries = Object.entries(described).map(([name, value]) => readEntry(name, value));
  assertFilled(entries, bytes.length - start);
  const tensors = new Map<string, SafeTensor>();
  for (const { name, dtype, shape, begin, end } of entries) {
    // A copy by constructor: a Node Buffer's own slice() would be a view.
    const { buffer } = new Uint8Array(bytes.subarray(start + begin, start + end));
    tensors.set(name, { dtype, shape, data: new arrays[dtype](buffer) } as SafeTensor);
  }
  return { tensors, metadata: readMetadata(metadata) };
}

/**
 * Writes tensors and metadata. Wide data types come first and the header is padded to eight bytes, as in
 * the reference implementation, so that every tensor is aligned in memory.
 *
 * @throws {RangeError} when a tensor's data does not have as many elements as its shape says.
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, SafeTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const ordered = [...tensors].sort(([a, { dtype: t }], [b, { dtype: u }]) =>
    arrays[u].BYTES_PER_ELEMENT - arrays[t].BYTES_PER_ELEMENT || (a < b ? -1 : 1)
  );
  const header: Record<string, unknown> = {};
  if (Object.keys(metadata).length) header[metadataKey] = metadata;
  let end = 0;
  for (const [name, { dtype, shape, data }] of ordered) {
    assertElements(name, shape, data.length);
    header[name] = { dtype, shape, data_offsets: [end, end += data.byteLength] };
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const start = 8 + Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(start + end).fill(" ".charCodeAt(0), 8, start);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - 8), true);
  bytes.set(text, 8);
  let offset = start;
  for (const [, { data }] of ordered) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return bytes;
}

function readHeader(bytes: Uint8Array): { header: Record<string, unknown>; start: number } {
  if (bytes.length < 8) {
    throw new SafetensorsError(
      `Cannot read safetensors as the file must have at least 8 bytes: it has ${bytes.length}`,
    );
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > longestHeader || Number(length) > bytes.length - 8) {
    throw new SafetensorsError(
      `Cannot read safetensors as the header must fit into the file's ${bytes.length} bytes: ` +
        `its length is said to be ${length}`,
    );
  }
  const start = 8 + Number(length);
  let header: unknown;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, start));
    header = JSON.parse(text);
  } catch (error) {
    throw new SafetensorsError("Cannot read safetensors as the header must be JSON", {
      cause: error,
    });
  }
  if (!isRecord(header)) {
    throw new SafetensorsError("Cannot read safetensors as the header must be a JSON object");
  }
  return { header, start };
}

function readMetadata(metadata: unknown = {}): Record<string, string> {
  if (!isRecord(metadata)) {
    throw new SafetensorsError("Cannot read safetensors as the metadata must be a JSON object");
  }
  for (const [key, value] of Object.entries(metadata)) {
    if (typeof value !== "string") {
      throw new SafetensorsError(
        `Cannot read safetensors as metadata must be text: ${printable(key)} is ${quoted(value)}`,
      );
    }
  }
  return metadata as Record<string, string>;
}

function readEntry(name: string, value: unknown): Entry {
  const { dtype, shape, data_offsets: offsets } = isRecord(value) ? value : {};
  if (typeof dtype !== "string" || !Object.hasOwn(arrays, dtype)) {
    throw new SafetensorsError(
      `Cannot read tensor ${printable(name)} as its data type must be one of ${
        Object.keys(arrays).join(", ")
      }: current value is ${quoted(dtype)}`,
    );
  }
  if (!isCounts(shape)) {
    throw new SafetensorsError(
      `Cannot read tensor ${
        printable(name)
      } as its shape must be a list of whole numbers: current value is ${quoted(shape)}`,
    );
  }
  if (!isCounts(offsets) || offsets.length !== 2) {
    throw new SafetensorsError(
      `Cannot read tensor ${
        printable(name)
      } as its data_offsets must be two whole numbers: current value is ${quoted(offsets)}`,
    );
  }
  const [begin, end] = offsets;
  const size = shape.reduce((product, length) => product * length, 1);
  const expected = size * arrays[dtype as TensorType].BYTES_PER_ELEMENT;
  if (end - begin !== expected) {
    throw new SafetensorsError(
      `Cannot read tensor ${printable(name)} as ${dtype} of shape [${
        printable(shape)
      }] must take ${expected} bytes: ` +
        `its data_offsets [${offsets}] take ${end - begin}`,
    );
  }
  return { name, dtype: dtype as TensorType, shape, begin, end };
}

/** Every byte behind the header belongs to exactly one tensor. */
function assertFilled(entries: readonly Entry[], length: number): void {
  let filled = 0, before = "the header";
  const ordered = [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end);
  for (const { name, begin, end } of ordered) {
    if (begin !== filled) {
      throw new SafetensorsError(
        `Cannot read tensor ${
          printable(name)
        } as it must start where ${before} ends, at byte ${filled} of the data: ` +
          `it ${begin < filled ? "overlaps" : "leaves a gap"}, starting at ${begin}`,
      );
    }
    filled = end;
    before = printable(name);
  }
  if (filled !== length) {
    throw new SafetensorsError(
      `Cannot read safetensors as the tensors must end with the file: they take ${filled} bytes, and ` +
        `${length} bytes follow the header`,
    );
  }
}

function assertElements(name: string, shape: readonly number[], length: number): void {
  const size = shape.reduce((product, side) => product * side, 1);
  if (size === length) return;
  throw new RangeError(
    `Cannot write tensor ${name} as shape [${shape}] must hold ${size} elements: current value is ${length}`,
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}
