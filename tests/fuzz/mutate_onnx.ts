/** Changes to a model's metadata: the fields, in Protocol Buffers' wire format, that readers look into. */

import { joinedBytes } from "../../shared/joined_bytes.ts";
import type { Random } from "./random.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** The fields of a message that are changed, by their numbers, and those within them. */
interface Message {
  readonly [field: number]: Message;
}

const leaf: Message = {};
/** A tensor: its name, and its type with the type of its elements and its axes. */
const tensor: Message = { 1: leaf, 2: { 1: { 1: leaf, 2: { 1: { 1: leaf, 2: leaf } } } } };
/** A model: its version, its graph with inputs and outputs, its operators' version, its properties. */
const model: Message = {
  1: leaf,
  7: { 11: tensor, 12: tensor },
  8: leaf,
  14: { 1: leaf, 2: leaf },
};

/** Where a field lies. */
interface Field {
  readonly tag: number;
  /** Of its length, or of the number that it is. */
  readonly number: number;
  readonly start: number;
  readonly end: number;
}

function readVarint(bytes: Bytes, at: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let i = 0; i < 10; i++) {
    const byte = bytes[at + i] ?? 0;
    value += (byte & 127) * 2 ** (7 * i);
    if (byte < 128) return { value, end: at + i + 1 };
  }
  return { value, end: at + 10 };
}

/** The fields between two places, as far as they make sense. */
function fieldsIn(bytes: Bytes, from: number, to: number, message: Message): Field[] {
  const found: Field[] = [];
  for (let tag = from; tag < to;) {
    const key = readVarint(bytes, tag), kind = key.value & 7, within = message[key.value >>> 3];
    const number = readVarint(bytes, key.end), start = kind === 2 ? number.end : key.end;
    const end = kind === 2 ? start + number.value : kind === 0 ? number.end : NaN;
    if (!(end <= to)) break;
    if (within) {
      found.push({ tag, number: key.end, start, end });
      if (kind === 2) {
        for (const field of fieldsIn(bytes, start, end, within)) found.push(field);
      }
    }
    tag = end;
  }
  return found;
}

/** The largest number that there is: a length of it reaches over every end. */
const largest = new Uint8Array([...Array(9).fill(255), 1]);

/** A field with another tag, length, number or content, once more, or left out. */
export function mutateOnnx(bytes: Bytes, { below, pick }: Random): Bytes {
  const fields = fieldsIn(bytes, 0, bytes.length, model);
  if (fields.length === 0) return bytes;
  const { tag, number, start, end } = pick(fields);
  const change = below(7);
  if (change === 0) bytes[tag] = below(256);
  else if (change === 1) bytes[tag] ^= 1 + below(7);
  else if (change === 2) bytes[number] = pick([0, 1, 127, 128, 255]);
  else if (change === 3) bytes.fill(below(256), start, Math.min(end, start + 1 + below(64)));
  else return spliced(bytes, { tag, number, start, end }, change);
  return bytes;
}

/** The field with a number of no end, left out, or once more. */
function spliced(bytes: Bytes, { tag, number, end }: Field, change: number): Bytes {
  const between = (from: number, parts: Bytes[], to: number) =>
    joinedBytes([bytes.subarray(0, from), ...parts, bytes.subarray(to)]);
  if (change === 4) return between(number, [largest], readVarint(bytes, number).end);
  if (change === 5) return between(tag, [], end);
  const field = bytes.subarray(tag, end);
  return between(tag, [field, field], end);
}
