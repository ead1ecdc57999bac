/**
 * What a model's file says of itself: the metadata that an export writes, and the names and axes of its tensors. The
 * weights are passed over.
 *
 * Source: onnx.proto of ONNX 1.x; the wire format of Protocol Buffers.
 *
 * @module
 */

import protobuf, { type Reader } from "protobufjs/minimal.js";

/** A tensor that a graph takes or gives; axes are lengths, or names where any length will do. */
export interface OnnxTensor {
  readonly name: string;
  readonly axes: readonly (number | string)[];
}

/** What a file says. */
export interface OnnxMetadata {
  readonly inputs: readonly OnnxTensor[];
  readonly outputs: readonly OnnxTensor[];
  /** Texts by their keys. */
  readonly properties: ReadonlyMap<string, string>;
}

/** Gets the fields that it knows; the others are skipped. */
type Fields = Readonly<Record<number, (reader: Reader) => void>>;

function readFields(reader: Reader, end: number, fields: Fields): void {
  while (reader.pos < end) {
    const tag = reader.uint32(), field = fields[tag >>> 3];
    if (field) field(reader);
    else reader.skipType(tag & 7);
  }
}

function readMessage(reader: Reader, fields: Fields): void {
  const length = reader.uint32(), end = reader.pos + length;
  if (end > reader.len) throw new RangeError(`a message of ${length} bytes is cut short`);
  readFields(reader, end, fields);
}

/**
 * Reads a file's metadata.
 *
 * @throws {TypeError} when the bytes are no ONNX file, or are cut short within a field.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readFile } from "node:fs/promises";
 *
 * const { inputs, properties } = readOnnxMetadata(await readFile("edge/models/reference/model.onnx"));
 * assert.deepEqual(inputs, [{ name: "image", axes: ["batch", 3, "height", "width"] }]);
 * assert.equal(JSON.parse(properties.get("architecture")!).depth, 4);
 * ```
 */
export function readOnnxMetadata(bytes: Uint8Array): OnnxMetadata {
  const inputs: OnnxTensor[] = [], outputs: OnnxTensor[] = [];
  const properties = new Map<string, string>();
  const graph: Fields = {
    11: (reader) => inputs.push(readTensor(reader)),
    12: (reader) => outputs.push(readTensor(reader)),
  };
  try {
    const reader = protobuf.Reader.create(bytes);
    readFields(reader, reader.len, {
      7: (reader) => readMessage(reader, graph),
      14: (reader) => properties.set(...readProperty(reader)),
    });
  } catch (error) {
    throw new TypeError(
      `Cannot read the model as it must be a whole ONNX file: ${
        error instanceof Error ? error.message : error
      }`,
      { cause: error },
    );
  }
  return { inputs, outputs, properties };
}

function readProperty(reader: Reader): [key: string, value: string] {
  let key = "", value = "";
  readMessage(reader, {
    1: (reader) => key = reader.string(),
    2: (reader) => value = reader.string(),
  });
  return [key, value];
}

/** A ValueInfoProto: its name, and the dimensions in the shape in the tensor type in its type. */
function readTensor(reader: Reader): OnnxTensor {
  let name = "";
  const axes: (number | string)[] = [];
  const dimension: Fields = {
    1: (reader) => axes.push(Number(reader.int64())),
    2: (reader) => axes.push(reader.string()),
  };
  const shape: Fields = { 1: (reader) => readMessage(reader, dimension) };
  const tensor: Fields = { 2: (reader) => readMessage(reader, shape) };
  const type: Fields = { 1: (reader) => readMessage(reader, tensor) };
  readMessage(reader, {
    1: (reader) => name = reader.string(),
    2: (reader) => readMessage(reader, type),
  });
  return { name, axes };
}
