/**
 * DICOM files written: Explicit VR Little Endian. Source: DICOM PS3.5, section 7; PS3.10, section 7.
 *
 * @module
 */

import { type Keyword, tags } from "./tags.ts";
import { joinedBytes } from "../joined_bytes.ts";

/** How a value is written. */
export type ValueRepresentation =
  | "AT"
  | "CS"
  | "DA"
  | "DS"
  | "IS"
  | "LO"
  | "OB"
  | "PN"
  | "SH"
  | "SQ"
  | "ST"
  | "TM"
  | "UI"
  | "UL"
  | "US"
  | "AS";

/** A text, as it is written (letters of one byte), numbers, bytes, or the items of a sequence. */
export type Value = string | readonly number[] | Uint8Array | readonly Attributes[];

/** What a file or an item of a sequence says, by keywords, in any order. */
export type Attributes = { readonly [keyword in Keyword]?: readonly [ValueRepresentation, Value] };

/** These have a length of 32 bits, after two bytes of nothing. */
const long: ReadonlySet<string> = new Set(["OB", "SQ"]);

/**
 * A whole file.
 *
 * @param sopClass What kind of thing it is.
 * @param sopInstance Which one.
 */
export function encodeDicom(
  sopClass: string,
  sopInstance: string,
  attributes: Attributes,
): Uint8Array {
  const meta = joinedBytes([
    element(0x00020001, "OB", new Uint8Array([0, 1])),
    element(0x00020002, "UI", bytesOf(sopClass, "\0")),
    element(0x00020003, "UI", bytesOf(sopInstance, "\0")),
    element(0x00020010, "UI", bytesOf("1.2.840.10008.1.2.1", "\0")),
    element(0x00020012, "UI", bytesOf(implementation, "\0")),
    element(0x00020013, "SH", bytesOf("GLIOMAP", " ")),
  ]);
  return joinedBytes([
    new Uint8Array(128),
    bytesOf("DICM", " "),
    element(0x00020000, "UL", numbersAsBytes("UL", [meta.length])),
    meta,
    encodeAttributes(attributes),
  ]);
}

/** A UUID of this program's own, as DICOM writes them. */
const implementation = uidOfUuid("5b0c7b0e-94a4-4c5b-8d1e-2a6a3c6f7d10");

/**
 * A UUID as a UID. Source: DICOM PS3.5, B.2.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(
 *   uidOfUuid("f81d4fae-7dec-11d0-a765-00a0c91e6bf6"),
 *   "2.25.329800735698586629295641978511506172918",
 * );
 * ```
 */
export function uidOfUuid(uuid: string): string {
  return `2.25.${BigInt(`0x${uuid.replaceAll("-", "")}`)}`;
}

/**
 * A number as a DS, which has at most 16 letters.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(decimalText(-1 / 3), "-0.3333333333333");
 * ```
 */
export function decimalText(value: number): string {
  for (let digits = 15;; digits--) {
    const text = String(Number(value.toPrecision(digits)));
    if (text.length <= 16) return text;
  }
}

function encodeAttributes(attributes: Attributes): Uint8Array {
  const elements = Object.entries(attributes).map(([keyword, [vr, value]]) => ({
    tag: tags[keyword as Keyword],
    vr,
    value,
  }));
  elements.sort((a, b) => a.tag - b.tag);
  return joinedBytes(
    elements.map(({ tag, vr, value }) => element(tag, vr, encodeValue(vr, value))),
  );
}

function encodeValue(vr: ValueRepresentation, value: Value): Uint8Array {
  if (typeof value === "string") return bytesOf(value, vr === "UI" ? "\0" : " ");
  if (value instanceof Uint8Array) {
    return value.length % 2 === 0 ? value : joinedBytes([value, new Uint8Array(1)]);
  }
  return isItems(value) ? joinedBytes(value.map(item)) : numbersAsBytes(vr, value);
}

function isItems(value: readonly number[] | readonly Attributes[]): value is readonly Attributes[] {
  return typeof value[0] !== "number";
}

function item(attributes: Attributes): Uint8Array {
  const bytes = encodeAttributes(attributes), head = new Uint8Array(8);
  writeTag(new DataView(head.buffer), 0xfffee000);
  new DataView(head.buffer).setUint32(4, bytes.length, true);
  return joinedBytes([head, bytes]);
}

/** Tag, kind, length and value. */
function element(tag: number, vr: ValueRepresentation, value: Uint8Array): Uint8Array {
  const head = new Uint8Array(long.has(vr) ? 12 : 8), view = new DataView(head.buffer);
  writeTag(view, tag);
  head.set(bytesOf(vr, " "), 4);
  if (long.has(vr)) view.setUint32(8, value.length, true);
  else view.setUint16(6, value.length, true);
  return joinedBytes([head, value]);
}

function writeTag(view: DataView, tag: number): void {
  view.setUint16(0, tag >>> 16, true);
  view.setUint16(2, tag & 0xffff, true);
}

/** Letters of one byte each, to an even number of them. */
function bytesOf(text: string, padding: string): Uint8Array {
  const even = text.length % 2 === 0 ? text : text + padding;
  return Uint8Array.from(even, (letter) => letter.charCodeAt(0));
}

function numbersAsBytes(vr: ValueRepresentation, values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * (vr === "US" ? 2 : 4));
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => {
    if (vr === "US") view.setUint16(2 * i, value, true);
    else if (vr === "UL") view.setUint32(4 * i, value, true);
    // A tag is two numbers of 16 bits.
    else writeTag(new DataView(bytes.buffer, 4 * i), value);
  });
  return bytes;
}
