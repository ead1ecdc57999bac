/**
 * The pixels of a DICOM file. Source: DICOM PS3.5, section 8 and annex G; PS3.3, C.7.6.3.
 *
 * @module
 */

import { bytesOf, type NumberArray, type NumberType, readNumbers } from "../number_type.ts";
import { compressedBytes } from "./compressed_frame.ts";
import { broken, type DicomFile, parserTag, shortOf, textOf } from "./data_set.ts";

/** How many pixels a file holds. */
export interface FrameSize {
  readonly rows: number;
  readonly columns: number;
  readonly frames: number;
}

/** How a file holds its pixels. */
export interface PixelFormat extends FrameSize {
  readonly numbers: NumberType;
  /** Of the bits of each number, how many count. */
  readonly bitsStored: number;
  /** How many bits below them do not. */
  readonly shift: number;
  readonly signed: boolean;
  /** MONOCHROME1: the least number is white. */
  readonly inverted: boolean;
}

/**
 * What a file says about its pixels.
 *
 * @throws {ImageFormatError} when they are not gray, of 8, 16 or 32 bits.
 */
export function readPixelFormat({ dataSet }: DicomFile): PixelFormat {
  const photometric = textOf(dataSet, "PhotometricInterpretation") ?? "none";
  if (!/^MONOCHROME[12]$/.test(photometric)) {
    throw broken("its PhotometricInterpretation must be MONOCHROME1 or MONOCHROME2", photometric);
  }
  const samples = shortOf(dataSet, "SamplesPerPixel", 1);
  if (samples !== 1) throw broken("it must have one sample per pixel", samples);
  const allocated = shortOf(dataSet, "BitsAllocated");
  if (![8, 16, 32].includes(allocated)) {
    throw broken("its pixels must have 8, 16 or 32 bits allocated", allocated);
  }
  const bitsStored = shortOf(dataSet, "BitsStored", allocated);
  const shift = shortOf(dataSet, "HighBit", bitsStored - 1) + 1 - bitsStored;
  if (bitsStored < 1 || shift < 0 || bitsStored + shift > allocated) {
    throw broken(
      `the bits stored must lie in the ${allocated} allocated`,
      `${bitsStored} from ${shift}`,
    );
  }
  const signed = shortOf(dataSet, "PixelRepresentation", 0) === 1;
  return {
    ...readFrameSize(dataSet),
    numbers: `${signed ? "int" : "uint"}${allocated as 8 | 16 | 32}`,
    bitsStored,
    shift,
    signed,
    inverted: photometric === "MONOCHROME1",
  };
}

/**
 * How many frames there are, and their size.
 *
 * @throws {ImageFormatError} when one of them is missing or 0.
 */
export function readFrameSize(dataSet: DicomFile["dataSet"]): FrameSize {
  const frames = Number(textOf(dataSet, "NumberOfFrames") ?? 1);
  const rows = shortOf(dataSet, "Rows"), columns = shortOf(dataSet, "Columns");
  if (rows > 0 && columns > 0 && Number.isInteger(frames) && frames > 0) {
    return { rows, columns, frames };
  }
  throw broken(
    "rows, columns and frames must be whole numbers over 0",
    `${rows}, ${columns}, ${frames}`,
  );
}

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
