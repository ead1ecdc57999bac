/**
 * From the body of an infer request to the tensor in it.
 *
 * @module
 */

import { tensorNames } from "../../shared/inference/tensor_names.ts";
import { printable, quoted } from "../../shared/printable.ts";
import { requestError } from "../errors.ts";
import { sentenceOf } from "../invalid_sentence.ts";
import { messageOf } from "../message_of.ts";
import { datatype } from "./metadata.ts";
import { InferRequest } from "./schema.ts";

/** What was asked for. */
export interface Inference {
  readonly id?: string;
  /** C order. */
  readonly data: Float32Array;
  readonly shape: readonly number[];
  /** Whether the output is to be sent as bytes after the JSON. */
  readonly binaryOutput: boolean;
}

/**
 * Reads an infer request with one input, in JSON or as bytes after the JSON.
 *
 * @param headerLength The value of `Inference-Header-Content-Length`; absent: all of the body is JSON.
 * @throws {HTTPException} 400 with what is wrong.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const input = { name: "image", shape: [1, 1, 1, 2], datatype: "FP32", data: [0, 0.5] };
 * const body = new TextEncoder().encode(JSON.stringify({ inputs: [input] }));
 * const { data, shape } = readInference(body, undefined);
 * assert.deepEqual([data, shape], [new Float32Array([0, 0.5]), [1, 1, 1, 2]]);
 * ```
 */
export function readInference(body: Uint8Array, headerLength: string | undefined): Inference {
  const length = headerLength === undefined ? body.length : parseLength(headerLength, body.length);
  const request = parseRequest(body.subarray(0, length));
  const { name, shape, ...input } = onlyInput(request);
  const size = input.parameters?.binary_data_size;
  const data = size === undefined
    ? fromJson(name, input.data)
    : fromBytes(name, body.subarray(length), size);
  const expected = shape.reduce((product, axis) => product * axis, 1);
  if (data.length !== expected) {
    throw requestError(
      400,
      `Cannot use ${name} as its shape [${
        printable(shape.join(", "))
      }] asks for ${expected} values: ` +
        `current value is ${data.length}`,
    );
  }
  const wrong = data.find((value) => !Number.isFinite(value));
  if (wrong !== undefined) refuse(`${name}.data`, "finite numbers alone", `${wrong}`);
  return { id: request.id, data, shape, binaryOutput: wantsBinary(request) };
}

function parseLength(text: string, longest: number): number {
  const length = /^\d+$/.test(text) ? Number(text) : NaN;
  if (length <= longest) return length;
  throw requestError(
    400,
    "Cannot read the request as Inference-Header-Content-Length must be a whole number of at most the " +
      `body's ${longest} bytes: current value is ${quoted(text)}`,
  );
}

function parseRequest(bytes: Uint8Array): InferRequest {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw requestError(
      400,
      `Cannot read the request as it must be JSON: ${printable(messageOf(error))}`,
      error,
    );
  }
  const { success, data, error } = InferRequest.safeParse(json);
  if (!success) throw requestError(400, sentenceOf(error, json), error);
  return data;
}

function onlyInput({ inputs, outputs = [] }: InferRequest): InferRequest["inputs"][number] {
  const [input] = inputs;
  if (inputs.length !== 1 || input.name !== tensorNames.input) {
    refuse("inputs", tensorNames.input, inputs.map(({ name }) => name).join(", "));
  }
  if (outputs.length > 1 || outputs.some(({ name }) => name !== tensorNames.output)) {
    refuse("outputs", tensorNames.output, outputs.map(({ name }) => name).join(", "));
  }
  if (outputs.some(({ parameters }) => parameters?.classification)) {
    refuse("outputs", "without a classification", "with one");
  }
  if (input.datatype !== datatype) refuse(`${input.name}.datatype`, datatype, input.datatype);
  return input;
}

function refuse(name: string, expected: string, found: string): never {
  throw requestError(
    400,
    `Cannot use ${name} as it must be ${expected}: current value is ${printable(found)}`,
  );
}

/** Numbers, flat or nested by the shape. */
function fromJson(name: string, data: readonly unknown[] | undefined): Float32Array {
  if (!data) refuse(name, "with data, in the JSON or after it", "without");
  const flat = Array.isArray(data[0]) ? data.flat(3) : data;
  const wrong = flat.find((value) => typeof value !== "number");
  if (wrong !== undefined) refuse(`${name}.data`, "numbers alone", quoted(wrong));
  return Float32Array.from(flat as number[]);
}

/** 32-bit floating point numbers, little end first. */
function fromBytes(name: string, bytes: Uint8Array, size: unknown): Float32Array {
  if (size !== bytes.length || bytes.length % 4 !== 0) {
    refuse(
      `${name}.parameters.binary_data_size`,
      `${bytes.length}, what follows the JSON, in whole numbers of 4 bytes`,
      `${size}`,
    );
  }
  // A copy, as the numbers may start anywhere in the body.
  return new Float32Array(bytes.slice().buffer);
}

function wantsBinary({ parameters, outputs }: InferRequest): boolean {
  const wish = outputs?.[0]?.parameters?.binary_data ?? parameters?.binary_data_output;
  return wish === true;
}
