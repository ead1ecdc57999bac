/**
 * How a DICOM file holds its pixels. Source: DICOM PS3.5, section 8; PS3.3, C.7.6.3.
 *
 * @module
 */

import type { NumberType } from "../number_type.ts";
import { broken, type DicomFile, shortOf, textOf } from "./data_set.ts";

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
