/**
 * The pixels of a DICOM file. Source: DICOM PS3.5, section 8 and annex G; PS3.3, C.7.6.3.
 *
 * @module
 */

import { bytesOf, type NumberArray, readNumbers } from "../number_type.ts";
import { compressedBytes } from "./compressed_frame.ts";
import { broken, type DicomFile, parserTag } from "./data_set.ts";
import type { PixelFormat } from "./pixel_format.ts";

/**
 * One frame's stored numbers, [rows, columns], inverted where black and white are.
 *
 * @param index From 0.
 * @throws {ImageFormatError} when the file does not hold it whole.
 */
export function readFrame(file: DicomFile, format: PixelFormat, index: number): NumberArray {
  const bytes = file.syntax.compression === "none"
    ? plainBytes(file, format, index)
    : compressedBytes(file, format, index);
  const littleEndian = file.syntax.littleEndian;
  return cleaned(readNumbers(bytes, format.numbers, littleEndian), format);
}

function plainBytes(
  { dataSet, syntax }: DicomFile,
  format: PixelFormat,
  index: number,
): Uint8Array {
  const { rows, columns, frames, numbers } = format, size = rows * columns * bytesOf(numbers);
  const element = dataSet.elements[parserTag("PixelData")];
  if (!element || element.encapsulatedPixelData) {
    throw broken("it must have PixelData that is not compressed", element ? "fragments" : "none");
  }
  const { dataOffset, length, vr } = element;
  // Some bytes of an odd number of 8-bit pixels would be swapped with the next frame's.
  if (!syntax.littleEndian && vr === "OW" && bytesOf(numbers) === 1) {
    throw broken("big-endian pixels of 8 bits must be written as bytes (OB)", vr);
  }
  if (length < frames * size || dataOffset + length > dataSet.byteArray.length) {
    throw broken(`its PixelData must have ${frames * size} bytes`, length);
  }
  return dataSet.byteArray.subarray(dataOffset + index * size, dataOffset + (index + 1) * size);
}

/** The bits that count, with their sign. */
function cleaned(stored: NumberArray, format: PixelFormat): NumberArray {
  const { numbers, bitsStored, shift, signed, inverted } = format;
  const whole = bitsStored === 8 * bytesOf(numbers);
  if (whole && !inverted) return stored;
  const result = stored.slice(), above = 32 - bitsStored;
  for (let i = 0; i < result.length; i++) {
    const raised = stored[i] << (above - shift);
    const value = signed ? raised >> above : raised >>> above;
    result[i] = inverted ? (signed ? -1 - value : 2 ** bitsStored - 1 - value) : value;
  }
  return result;
}
