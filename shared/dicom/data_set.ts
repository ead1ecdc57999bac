/**
 * A DICOM file's attributes.
 *
 * @module
 */

import dicomParser, { type DataSet } from "dicom-parser";
import { ImageFormatError } from "../image/image_error.ts";
import { type Keyword, tags } from "./tags.ts";
import { type TransferSyntax, transferSyntaxOf } from "./transfer_syntax.ts";

/** A parsed file. */
export interface DicomFile {
  readonly dataSet: DataSet;
  readonly syntax: TransferSyntax;
}

/** An error about the file. */
export function broken(expected: string, value: unknown): ImageFormatError {
  return new ImageFormatError(
    `Cannot decode the DICOM file as ${expected}: current value is ${value}`,
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
  const syntaxId = intact(() => dicomParser.readPart10Header(plain).string("x00020010"));
  const syntax = transferSyntaxOf(syntaxId ?? "");
  const dataSet = intact(() => dicomParser.parseDicom(plain));
  assertInside(dataSet, plain.length);
  return { dataSet, syntax };
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

/** Whether bytes begin as a DICOM file does. */
export function isDicom(bytes: Uint8Array): boolean {
  return String.fromCharCode(...bytes.subarray(128, 132)) === "DICM";
}

/** The parser throws texts, errors, and objects that hold either. */
function intact<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    const { exception = error } = Object(error);
    throw broken("its attributes must be whole and intact", exception?.message ?? exception);
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
