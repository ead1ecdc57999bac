/**
 * Where the frames of a DICOM file lie in the patient. Source: DICOM PS3.3, C.7.6.2 (one frame a file) and C.7.6.16
 * (several).
 *
 * @module
 */

import type { DataSet } from "dicom-parser";
import type { Vector } from "../geometry.ts";
import { broken, decimalsOf, type DicomFile, itemsOf, requiredText, textOf } from "./data_set.ts";
import { type PixelFormat, readPixelFormat } from "./pixels.ts";
import type { Keyword } from "./tags.ts";

/** One frame, its pixels not yet read. Directions and positions are DICOM's: [left, posterior, superior]. */
export interface DicomFrame {
  readonly file: DicomFile;
  readonly format: PixelFormat;
  /** Of the file, from 0. */
  readonly index: number;
  /** Of the first pixel's middle, in mm. */
  readonly position: Vector;
  /** The direction of a row, from its first column to its last. */
  readonly along: Vector;
  /** The direction of a column, from its first row to its last. */
  readonly down: Vector;
  /** Millimetres between rows, and between columns. */
  readonly pixelSpacing: readonly [number, number];
  /** A pixel is `slope` times what is stored, plus `intercept`. */
  readonly slope: number;
  readonly intercept: number;
}

/** Where attributes of a frame may be: in its own group, in that of all frames, or in the file itself. */
type Places = readonly [own: DataSet | undefined, shared: DataSet | undefined, file: DataSet];

/**
 * The frames of a file, in its order.
 *
 * @throws {ImageFormatError} when the file is not of gray pixels, or does not say where they lie.
 */
export function readFrames(file: DicomFile): DicomFrame[] {
  const { dataSet } = file, format = readPixelFormat(file);
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
  const find = (group: Keyword, keyword: Keyword, count: number) =>
    findDecimals(places, group, keyword, count);
  const need = (group: Keyword, keyword: Keyword, count: number) => {
    const values = find(group, keyword, count);
    if (!values) throw broken(`it must say where its pixels lie, by ${keyword}`, "none");
    return values;
  };
  const [x, y, z, u, v, w] = need("PlaneOrientationSequence", "ImageOrientationPatient", 6);
  const first = need("PlanePositionSequence", "ImagePositionPatient", 3);
  const [rows, columns] = need("PixelMeasuresSequence", "PixelSpacing", 2);
  const [slope] = find("PixelValueTransformationSequence", "RescaleSlope", 1) ?? [1];
  const [intercept] = find("PixelValueTransformationSequence", "RescaleIntercept", 1) ?? [0];
  const along: Vector = [x, y, z], down: Vector = [u, v, w];
  assertDirections(along, down, [rows, columns]);
  const distance = places[0] ? 0 : index * betweenFrames(file.dataSet, format.frames);
  const normal = cross(along, down);
  return {
    file,
    format,
    index,
    position: [0, 1, 2].map((i) => first[i] + distance * normal[i]) as unknown as Vector,
    along,
    down,
    pixelSpacing: [rows, columns],
    slope,
    intercept,
  };
}

function findDecimals(
  [own, shared, file]: Places,
  group: Keyword,
  keyword: Keyword,
  count: number,
): number[] | undefined {
  const places = [itemsOf(own, group)[0], itemsOf(shared, group)[0], file];
  for (const place of places) {
    const values = decimalsOf(place, keyword, count);
    if (values) return values;
  }
  return undefined;
}

/** Frames without places of their own follow each other along the normal. */
function betweenFrames(dataSet: DataSet, frames: number): number {
  if (frames === 1) return 0;
  const [distance] = decimalsOf(dataSet, "SpacingBetweenSlices", 1) ?? [0];
  if (distance > 0) return distance;
  throw broken(`it must say where each of its ${frames} frames lies`, "nothing");
}

function assertDirections(along: Vector, down: Vector, spacing: readonly number[]): void {
  const [x, y, z] = along, [u, v, w] = down;
  const upright = Math.abs(Math.hypot(...along) - 1) < 0.01 &&
    Math.abs(Math.hypot(...down) - 1) < 0.01 && Math.abs(x * u + y * v + z * w) < 0.01;
  if (!upright) {
    throw broken(
      "its ImageOrientationPatient must be two directions at right angles",
      [...along, ...down],
    );
  }
  if (!spacing.every((mm) => mm > 0)) throw broken("its PixelSpacing must be over 0", spacing);
}

/** The direction at right angles to two others. */
export function cross([a, b, c]: Vector, [u, v, w]: Vector): Vector {
  return [b * w - c * v, c * u - a * w, a * v - b * u];
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
