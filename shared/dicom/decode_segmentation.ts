/**
 * A DICOM Segmentation (DICOM-SEG) to an outline in our axes. Source: DICOM PS3.3, A.51 and C.8.20.
 *
 * @module
 */

import type { DataSet } from "dicom-parser";
import { displayedGeometry, forEachVoxel, stridesOf } from "../display_axes.ts";
import type { Vector, VolumeGeometry } from "../geometry.ts";
import { ImageTooLargeError } from "../image/image_error.ts";
import type { OutlineData } from "../place_outline.ts";
import {
  broken,
  decimalsOf,
  type DicomFile,
  itemsOf,
  parseDicom,
  parserTag,
  requiredText,
  shortOf,
  textOf,
} from "./data_set.ts";
import { type FrameSize, readFrameSize, readPixelFormat } from "./pixel_format.ts";
import { readFrame } from "./pixels.ts";
import {
  affineOfPlanes,
  type DicomPlane,
  kindsOfPlane,
  normalOf,
  placeAlong,
  readPlane,
} from "./plane.ts";
import { segmentationClass } from "./segmentation_attributes.ts";

export { ImageFormatError, ImageTooLargeError } from "../image/image_error.ts";

/** An outline, and where it lies. */
export interface DicomOutline {
  /** Shape as the geometry's, [slices, height, width]: 0 and 1, or of a fractional segmentation probabilities. */
  readonly data: OutlineData;
  /** From the first frame that is in the file to the last; `place_outline.ts` lays it into a whole series. */
  readonly geometry: VolumeGeometry;
}

/** Settings of {@linkcode decodeDicomSegmentation}. */
export interface DicomOutlineOptions {
  /** "binary": there must be one segment. "any": all segments together are the tumor. @default "binary" */
  readonly labels?: "binary" | "any";
  /** Pixels from the first frame to the last, checked before memory is spent on them. @default 2 ** 27 */
  readonly maxValues?: number;
}

/**
 * Decodes a DICOM-SEG, binary or of fractions that are probabilities. Frames that are not in the file have no tumor:
 * most writers leave out those of the series that are empty.
 *
 * @throws {ImageFormatError} when the file is no DICOM-SEG, damaged, of another type, holds several segments that nobody
 *   asked for, or frames that do not lie in parallel, whole steps apart.
 * @throws {ImageTooLargeError} when there are more pixels than the limit.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ImageFormatError } from "../image/image_error.ts";
 * assert.throws(() => decodeDicomSegmentation(new Uint8Array(200)), ImageFormatError);
 * ```
 */
export function decodeDicomSegmentation(
  bytes: Uint8Array,
  { labels = "binary", maxValues = 2 ** 27 }: DicomOutlineOptions = {},
): DicomOutline {
  const file = parseDicom(bytes), { dataSet } = file;
  const kind = textOf(dataSet, "SOPClassUID");
  if (kind !== segmentationClass) {
    throw broken(`it must be a Segmentation (SOPClassUID ${segmentationClass})`, kind ?? "none");
  }
  assertOneTumor(dataSet, labels);
  const read = pixelsOf(file), size = readFrameSize(dataSet), { rows, columns } = size;
  const frames = framesOf(dataSet, size);
  const { places, step } = placesOf(frames, dataSet);
  const count = Math.max(...places) + 1, pixels = rows * columns;
  if (count * pixels > maxValues) {
    throw new ImageTooLargeError(
      `Cannot decode the DICOM-SEG as it must have at most ${maxValues} pixels: ` +
        `current value is ${columns}x${rows}x${count}`,
    );
  }
  const sizes: Vector = [columns, rows, count];
  const first = frames[places.indexOf(0)];
  const { axes, ...geometry } = displayedGeometry(
    "decode the DICOM-SEG",
    sizes,
    affineOfPlanes(first, step),
  );
  const stored = read.empty(count * pixels), data = stored.slice();
  places.forEach((place, index) => {
    const at = place * pixels;
    // Of several segments in one place, whichever says tumor counts.
    read.frame(index).forEach((value, i) => stored[at + i] = Math.max(stored[at + i], value));
  });
  const strides = stridesOf(sizes, [1, columns, pixels], axes);
  forEachVoxel(geometry.shape, strides, (from, to) => data[to] = stored[from]);
  return { data, geometry };
}

function assertOneTumor(dataSet: DataSet, labels: "binary" | "any"): void {
  const segments = itemsOf(dataSet, "SegmentSequence");
  const names = segments.map((segment) => textOf(segment, "SegmentLabel") ?? "without a name");
  if (segments.length === 0 || labels === "binary" && segments.length > 1) {
    throw broken(
      "it must have one segment, unless all of them together are asked for",
      `${segments.length}: ${names.join(", ")}`,
    );
  }
}

/** How the frames of a file are read. */
interface FramePixels {
  empty(length: number): OutlineData;
  /** @returns [rows, columns]. */
  frame(index: number): OutlineData;
}

function pixelsOf(file: DicomFile): FramePixels {
  const { dataSet } = file, type = requiredText(dataSet, "SegmentationType");
  if (type === "BINARY") {
    return {
      empty: (length) => new Uint8Array(length),
      frame: (index) => readBits(file, readFrameSize(dataSet), index),
    };
  }
  if (type !== "FRACTIONAL") throw broken("SegmentationType must be BINARY or FRACTIONAL", type);
  const fraction = requiredText(dataSet, "SegmentationFractionalType");
  if (fraction !== "PROBABILITY") {
    throw broken("SegmentationFractionalType must be PROBABILITY", fraction);
  }
  const format = readPixelFormat(file), most = shortOf(dataSet, "MaximumFractionalValue");
  return {
    empty: (length) => new Float32Array(length),
    frame: (index) => Float32Array.from(readFrame(file, format, index), (value) => value / most),
  };
}

/** Eight pixels a byte, the first in the lowest bit, frames after each other without gaps. */
function readBits(
  { dataSet, syntax }: DicomFile,
  { rows, columns, frames }: FrameSize,
  index: number,
): Uint8Array {
  const size = rows * columns, needed = Math.ceil(frames * size / 8);
  const element = dataSet.elements[parserTag("PixelData")];
  if (!element || element.encapsulatedPixelData || element.length < needed) {
    const found = element?.encapsulatedPixelData ? "fragments" : element?.length ?? "none";
    throw broken(`its PixelData must have ${needed} bytes of eight pixels each`, found);
  }
  if (!syntax.littleEndian) throw broken("single bits must be little-endian", "big-endian");
  const bytes = dataSet.byteArray.subarray(element.dataOffset);
  return Uint8Array.from({ length: size }, (_, pixel) => {
    const bit = index * size + pixel;
    return bytes[bit >> 3] >> (bit & 7) & 1;
  });
}

/** Where each frame lies; all must be parallel and of one pixel size. */
function framesOf(dataSet: DataSet, { frames }: FrameSize): DicomPlane[] {
  const own = itemsOf(dataSet, "PerFrameFunctionalGroupsSequence");
  const [shared] = itemsOf(dataSet, "SharedFunctionalGroupsSequence");
  if (own.length !== frames) {
    throw broken(`it must say of each of ${frames} frames where it lies`, own.length);
  }
  const planes = own.map((groups) => readPlane([groups, shared, dataSet]));
  const expected = kindsOfPlane(planes[0]);
  for (const plane of planes) {
    for (const [i, [name, value]] of kindsOfPlane(plane).entries()) {
      if (value === expected[i][1]) continue;
      throw broken(`all frames must have one ${name}, ${expected[i][1]}`, value);
    }
  }
  return planes;
}

/** How far a frame may be from a whole number of steps, in steps. */
const tolerance = 0.05;

/** Frames nearer to each other, in mm, are of one place. */
const onePlace = 1e-3;

/** The number of each frame's place, from 0, and the step from a place to the next. */
function placesOf(
  planes: readonly DicomPlane[],
  dataSet: DataSet,
): { places: number[]; step: Vector } {
  const normal = normalOf(planes[0]);
  const along = planes.map((plane) => placeAlong(normal, plane)), start = Math.min(...along);
  const sorted = along.toSorted((a, b) => a - b);
  const gaps = sorted.slice(1).map((place, i) => place - sorted[i]).filter((gap) => gap > onePlace);
  const between = measureOf(dataSet, "SpacingBetweenSlices");
  // What the file says may be another series'; neighbours in it may be two steps apart; a lone frame says nothing else.
  const candidates = gaps.length
    ? [between, Math.min(...gaps)]
    : [between, measureOf(dataSet, "SliceThickness"), 1];
  const about = candidates.find((mm) => mm > 0 && gaps.every((gap) => isWhole(gap / mm)));
  if (about === undefined) {
    throw broken("frames must lie whole steps apart", `${gaps.map((gap) => gap.toFixed(3))} mm`);
  }
  // Places are written more finely than the distance between them.
  const length = sorted[sorted.length - 1] - start, steps = Math.round(length / about);
  const mm = steps > 0 ? length / steps : about;
  return {
    places: along.map((place) => Math.round((place - start) / mm)),
    step: [normal[0] * mm, normal[1] * mm, normal[2] * mm],
  };
}

function isWhole(steps: number): boolean {
  return Math.abs(steps - Math.round(steps)) <= tolerance && Math.round(steps) > 0;
}

/** A size of voxels in mm, of the first frame that says it; 0 where none does. */
function measureOf(
  dataSet: DataSet,
  keyword: "SpacingBetweenSlices" | "SliceThickness",
): number {
  const [shared] = itemsOf(dataSet, "SharedFunctionalGroupsSequence");
  const [own] = itemsOf(dataSet, "PerFrameFunctionalGroupsSequence");
  const measures = [shared, own].flatMap((groups) => itemsOf(groups, "PixelMeasuresSequence"));
  const found = measures.map((item) => decimalsOf(item, keyword, 1)?.[0] ?? 0);
  return found.find((mm) => mm > 0) ?? 0;
}
