/**
 * Frames of a DICOM file that are compressed. Source: DICOM PS3.5, annexes A.4 and G.
 *
 * @module
 */

import dicomParser from "dicom-parser";
import { sayingOf } from "../image/decoder_error.ts";
import { decodeJpeg } from "../image/jpeg.ts";
import { readJpegHeader } from "../image/jpeg_header.ts";
import { decodePackBits } from "../image/pack_bits.ts";
import { bytesOf } from "../number_type.ts";
import { broken, type DicomFile, parserTag } from "./data_set.ts";
import type { PixelFormat } from "./pixel_format.ts";

/** Rows and columns are numbers of 16 bits, but no frame is so large. */
const mostPixels = 2 ** 24;

/**
 * One frame's numbers as they would be in a file that is not compressed, little-endian.
 *
 * @param index From 0.
 * @throws {ImageFormatError} when the frame is not there whole, or is of another size than the file says.
 */
export function compressedBytes(file: DicomFile, format: PixelFormat, index: number): Uint8Array {
  return file.syntax.compression === "rle"
    ? runLengthBytes(file, format, index)
    : jpegBytes(file, format, index);
}

/** Each byte of the numbers has run lengths of its own, the most significant first. */
function runLengthBytes({ dataSet }: DicomFile, format: PixelFormat, index: number): Uint8Array {
  const { rows, columns, numbers } = format, pixels = rows * columns, planes = bytesOf(numbers);
  const frame = encodedFrame(dataSet, format, index);
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const found = frame.length < 64 ? 0 : view.getUint32(0, true);
  if (found !== planes) {
    throw broken(`each frame must have ${planes} segments of run lengths`, found);
  }
  const bytes = new Uint8Array(pixels * planes);
  for (let plane = 0; plane < planes; plane++) {
    const start = view.getUint32(4 * (plane + 1), true);
    const end = plane + 1 < planes ? view.getUint32(4 * (plane + 2), true) : frame.length;
    const unpacked = decodePackBits(frame.subarray(start, end), pixels);
    if (unpacked.length < pixels) {
      throw broken(`a segment must have ${pixels} bytes`, unpacked.length);
    }
    for (let i = 0; i < pixels; i++) bytes[i * planes + planes - 1 - plane] = unpacked[i];
  }
  return bytes;
}

/** A JPEG of 8 bits. */
function jpegBytes({ dataSet }: DicomFile, format: PixelFormat, index: number): Uint8Array {
  const { rows, columns, numbers } = format, expected = `${columns}x${rows}x1`;
  if (numbers !== "uint8") throw broken("JPEG Baseline must be of 8 bits without a sign", numbers);
  const frame = encodedFrame(dataSet, format, index);
  // Before anything is decoded: a JPEG may say that it is larger than the file does.
  const { width, height, channels } = intact(() => readJpegHeader(frame));
  const found = `${width}x${height}x${channels}`;
  if (found !== expected || width * height > mostPixels) {
    throw broken(`its JPEG must have the size ${columns}x${rows} and one channel`, found);
  }
  return new Uint8Array(intact(() => decodeJpeg(frame)).data);
}

function intact<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw broken("its JPEG must be whole and intact", sayingOf(error) || "damaged");
  }
}

/** One frame is one fragment, or all of them where there is one frame; before them there is a table of offsets. */
function encodedFrame(
  dataSet: DicomFile["dataSet"],
  { frames }: PixelFormat,
  index: number,
): Uint8Array {
  const element = dataSet.elements[parserTag("PixelData")], fragments = element?.fragments;
  if (!fragments?.length || frames > 1 && fragments.length !== frames) {
    throw broken(
      `it must have a fragment of PixelData for each of ${frames} frames`,
      fragments?.length ?? "none",
    );
  }
  const count = frames === 1 ? fragments.length : 1;
  const bytes = dicomParser.readEncapsulatedPixelDataFromFragments(dataSet, element, index, count);
  return new Uint8Array(bytes);
}
