/**
 * A DICOM file's attributes.
 *
 * @module
 */

import dicomParser, { type ByteArrayParser, type DataSet } from "dicom-parser";
import { sayingOf } from "../image/decoder_error.ts";
import { ImageFormatError } from "../image/image_error.ts";
import { printable } from "../printable.ts";
import { type Keyword, tags } from "./tags.ts";
import { type TransferSyntax, transferSyntaxOf } from "./transfer_syntax.ts";

/** A parsed file. */
export interface DicomFile {
  readonly dataSet: DataSet;
  readonly syntax: TransferSyntax;
}

/** An error about the file. @param value Often a text of its own. */
export function broken(expected: string, value: unknown): ImageFormatError {
  return new ImageFormatError(
    `Cannot decode the DICOM file as ${expected}: current value is ${printable(value)}`,
  );
}

/**
 * Parses a file. Its pixels are not looked at.
 *
 * @throws {ImageFormatError} when it is no DICOM file, damaged, or in a transfer syntax that there is no decoder for.
 */
export function parseDicom(bytes: Uint8Array): DicomFile {
  // A Node Buffer is a Uint8Array, but its slice() shares memory.
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!isDicom(plain)) {
    throw broken('it must have the letters "DICM" at byte 128', "something else");
  }
  const header = intact(() => dicomParser.readPart10Header(plain));
  const syntax = transferSyntaxOf(intact(() => header.string("x00020010")) ?? "");
  const dataSet = intact(() => parseAttributes(plain, header, syntax));
  assertInside(dataSet, plain.length);
  return { dataSet, syntax };
}

/** What follows the header, which the result holds as well. */
function parseAttributes(
  bytes: Uint8Array,
  header: DataSet & { readonly position?: number },
  { littleEndian, explicit }: TransferSyntax,
): DataSet {
  const parser = littleEndian
    ? dicomParser.littleEndianByteArrayParser
    : dicomParser.bigEndianByteArrayParser;
  const stream = new CountedStream(parser, bytes, header.position ?? 0);
  const dataSet: DataSet = new DataSetOf(parser, bytes, {});
  const parse = explicit
    ? dicomParser.parseDicomDataSetExplicit
    : dicomParser.parseDicomDataSetImplicit;
  parse(dataSet, stream, bytes.length);
  Object.assign(dataSet.elements, header.elements);
  return dataSet;
}

/** The parser's own class, which its types leave out. */
const { DataSet: DataSetOf } = dicomParser as unknown as {
  DataSet: new (parser: ByteArrayParser, bytes: Uint8Array, elements: object) => DataSet;
};

/** Attributes, items and fragments that a file may have; an enhanced file has some forty for each of its frames. */
const maxElements = 2 ** 18;

/** Where the parser reads; it counts, as the parser makes an object of every eight bytes that say so. */
class CountedStream extends dicomParser.ByteStream {
  /** A tag has two. */
  #left = 2 * maxElements;

  constructor(parser: ByteArrayParser, bytes: Uint8Array, position: number) {
    super(parser, bytes, position);
    const { readUint16 } = this;
    this.readUint16 = () => {
      if (this.#left-- === 0) throw new Error(`there may be at most ${maxElements} of them`);
      return readUint16.call(this);
    };
  }
}

/** The parser notes where values lie, and does not ask whether the file goes on so far. */
function assertInside({ elements }: DataSet, end: number): void {
  for (const { dataOffset, length, items = [] } of Object.values(elements)) {
    if (dataOffset + length > end) {
      throw broken(`the file must have ${dataOffset + length} bytes, as it says`, end);
    }
    for (const item of items) if (item.dataSet) assertInside(item.dataSet, end);
  }
}

/**
 * Whether bytes begin as a DICOM file does.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readFile } from "node:fs/promises";
 * assert.ok(isDicom(await readFile("tests/fixtures/dicom/explicit/0.dcm")));
 * assert.ok(!isDicom(await readFile("tests/fixtures/slice.png")));
 * ```
 */
export function isDicom(bytes: Uint8Array): boolean {
  return String.fromCharCode(...bytes.subarray(128, 132)) === "DICM";
}

/** The parser throws texts, errors, and objects that hold either. */
function intact<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    const { exception = error } = Object(error);
    throw broken("its attributes must be whole and intact", sayingOf(exception) || "damaged");
  }
}

/** A keyword as the parser writes tags. */
export function parserTag(keyword: Keyword): string {
  return `x${tags[keyword].toString(16).padStart(8, "0")}`;
}

/** The text of an attribute, without spaces around it; bytes outside of ASCII one letter each. */
export function textOf(dataSet: DataSet, keyword: Keyword): string | undefined {
  return dataSet.string(parserTag(keyword)) || undefined;
}

/**
 * The text of an attribute that has to be there.
 *
 * @throws {ImageFormatError} when it is not.
 */
export function requiredText(dataSet: DataSet, keyword: Keyword): string {
  const text = textOf(dataSet, keyword);
  if (text === undefined) throw broken(`it must have a ${keyword}`, "none");
  return text;
}

/**
 * A whole number from 0 to 65535.
 *
 * @throws {ImageFormatError} when it is not there, and nothing else is to be taken.
 */
export function shortOf(dataSet: DataSet, keyword: Keyword, otherwise?: number): number {
  const value = dataSet.uint16(parserTag(keyword)) ?? otherwise;
  if (value === undefined) throw broken(`it must have ${keyword}`, "none");
  return value;
}

/**
 * Numbers written as text.
 *
 * @returns Nothing where the attribute is missing or empty.
 * @throws {ImageFormatError} when there are not as many as there should be, or one is not finite.
 */
export function decimalsOf(
  dataSet: DataSet | undefined,
  keyword: Keyword,
  count: number,
): number[] | undefined {
  const text = dataSet && textOf(dataSet, keyword);
  if (text === undefined) return undefined;
  const numbers = text.split("\\").map((part) => part.trim() === "" ? NaN : Number(part));
  if (numbers.length === count && numbers.every(Number.isFinite)) return numbers;
  throw broken(`its ${keyword} must be ${count} number${count === 1 ? "" : "s"}`, text);
}

/** The items of a sequence; none where it is missing. */
export function itemsOf(dataSet: DataSet | undefined, keyword: Keyword): DataSet[] {
  const items = dataSet?.elements[parserTag(keyword)]?.items ?? [];
  return items.map(({ dataSet }) => dataSet).filter((item) => item !== undefined);
}
