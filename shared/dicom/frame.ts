/**
 * The frames of a DICOM file: their places, and how their pixels are to be read.
 *
 * @module
 */

import type { DataSet } from "dicom-parser";
import type { Vector } from "../geometry.ts";
import { ImageTooLargeError } from "../image/image_error.ts";
import { broken, decimalsOf, type DicomFile, itemsOf, requiredText, textOf } from "./data_set.ts";
import { type PixelFormat, readPixelFormat } from "./pixel_format.ts";
import { type DicomPlane, findDecimals, normalOf, type Places, readPlane } from "./plane.ts";

/** One frame, its pixels not yet read. */
export interface DicomFrame extends DicomPlane {
  readonly file: DicomFile;
  readonly format: PixelFormat;
  /** Of the file, from 0. */
  readonly index: number;
  /** A pixel is `slope` times what is stored, plus `intercept`. */
  readonly slope: number;
  readonly intercept: number;
}

/**
 * The frames of a file, in its order.
 *
 * @param maxFrames How many there may be, whatever the file says.
 * @throws {ImageTooLargeError} when there are more.
 * @throws {ImageFormatError} when the file is not of gray pixels, or does not say where they lie.
 */
export function readFrames(file: DicomFile, maxFrames: number): DicomFrame[] {
  const { dataSet } = file, format = readPixelFormat(file);
  if (format.frames > maxFrames) {
    throw new ImageTooLargeError(
      `Cannot decode the DICOM file as it must have at most ${maxFrames} frames: ` +
        `current value is ${format.frames}`,
    );
  }
  const own = itemsOf(dataSet, "PerFrameFunctionalGroupsSequence");
  const [shared] = itemsOf(dataSet, "SharedFunctionalGroupsSequence");
  if (own.length > 0 && own.length !== format.frames) {
    throw broken(`it must say of each of ${format.frames} frames where it lies`, own.length);
  }
  return Array.from(
    { length: format.frames },
    (_, index) => readPlacedFrame(file, format, index, [own[index], shared, dataSet]),
  );
}

function readPlacedFrame(
  file: DicomFile,
  format: PixelFormat,
  index: number,
  places: Places,
): DicomFrame {
  const plane = readPlane(places), group = "PixelValueTransformationSequence";
  const [slope] = findDecimals(places, group, "RescaleSlope", 1) ?? [1];
  const [intercept] = findDecimals(places, group, "RescaleIntercept", 1) ?? [0];
  const distance = places[0] ? 0 : index * betweenFrames(file.dataSet, format.frames);
  const [x, y, z] = normalOf(plane), [a, b, c] = plane.position;
  const position: Vector = [a + distance * x, b + distance * y, c + distance * z];
  return { file, format, index, ...plane, position, slope, intercept };
}

/** Frames without places of their own follow each other along the normal. */
function betweenFrames(dataSet: DataSet, frames: number): number {
  if (frames === 1) return 0;
  const [distance] = decimalsOf(dataSet, "SpacingBetweenSlices", 1) ?? [0];
  if (distance > 0) return distance;
  throw broken(`it must say where each of its ${frames} frames lies`, "nothing");
}

/** What a frame is called in a reference to it. */
export function referenceOf({ file: { dataSet } }: DicomFrame): {
  readonly sopClass: string;
  readonly sopInstance: string;
} {
  return {
    sopClass: requiredText(dataSet, "SOPClassUID"),
    sopInstance: requiredText(dataSet, "SOPInstanceUID"),
  };
}

/** How thick a lone frame is. */
export function thicknessOf({ file: { dataSet } }: DicomFrame): number {
  const [between] = decimalsOf(dataSet, "SpacingBetweenSlices", 1) ?? [];
  const [thickness] = decimalsOf(dataSet, "SliceThickness", 1) ?? [];
  return between || thickness || 1;
}

/** The series that a frame belongs to. */
export function seriesOf({ file: { dataSet } }: DicomFrame): string | undefined {
  return textOf(dataSet, "SeriesInstanceUID");
}
