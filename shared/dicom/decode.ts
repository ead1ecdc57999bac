/**
 * A DICOM series to a volume in our axes.
 *
 * @module
 */

import {
  type DisplayedGeometry,
  displayedGeometry,
  forEachVoxel,
  stridesOf,
} from "../display_axes.ts";
import type { Vector } from "../geometry.ts";
import { ImageTooLargeError } from "../image/image_error.ts";
import { finiteFloat } from "../number_type.ts";
import { printable } from "../printable.ts";
import type { PixelData, Volume } from "../volume.ts";
import { assertVolumeSize, type VolumeSizeLimits } from "../volume_size.ts";
import { broken, parseDicom } from "./data_set.ts";
import { type DicomFrame, readFrames, seriesOf, thicknessOf } from "./frame.ts";
import { readFrame } from "./pixels.ts";
import { affineOfPlanes, kindsOfPlane, normalOf, placeAlong } from "./plane.ts";

export { ImageFormatError, ImageTooLargeError } from "../image/image_error.ts";
export { isDicom } from "./data_set.ts";

/** Where the voxels of a series lie, and the frames that they came from: what a segmentation refers to. */
export interface DicomGeometry extends DisplayedGeometry {
  /** In the order of their positions. */
  readonly frames: readonly DicomFrame[];
}

/** A series as a volume of one channel, and where it lies. */
export interface DicomVolume {
  readonly volume: Volume;
  readonly geometry: DicomGeometry;
}

/** How much a series may ask for, checked before memory is spent on its pixels. */
export interface DicomLimits extends VolumeSizeLimits {
  /** Bytes of all files together. @default 2 GiB */
  readonly maxBytes?: number;
  /** Pixels of all frames. @default 2 ** 27, half a gigabyte of floats */
  readonly maxValues?: number;
  /** Frames of a file. @default 4096 */
  readonly maxFrames?: number;
}

/** How far a frame may be from its place, in parts of the distance between two. */
const placeTolerance = 0.05;

/**
 * Decodes the files of one series, in any order, to a volume [slices, height, width, 1] in our axes: axial, slices from
 * the feet to the head, the front of the head in the first row and the patient's right in the first column. Frames are
 * sorted by their positions along their normal, whatever numbers they have; nothing is resampled.
 *
 * Slope and intercept are applied, and MONOCHROME1 is turned so that the least number is black. Numbers that need no sign
 * become a `Uint8Array` (of 8 bits) or a `Uint16Array`, all else a `Float32Array`.
 *
 * @throws {ImageFormatError} when a file is no DICOM, damaged, compressed in a way that there is no decoder for, not
 *   gray, or does not say where its pixels lie; when files are of several series, differ in size, spacing or direction,
 *   two frames are in one place, or one is missing between others.
 * @throws {ImageTooLargeError} when files or frames are over the limits.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readFile } from "node:fs/promises";
 * const paths = [0, 1, 2, 3].map((n) => `tests/fixtures/dicom/explicit/${n}.dcm`);
 * const { volume, geometry } = decodeDicomSeries(await Promise.all(paths.map((path) => readFile(path))));
 * assert.equal(volume.slices, 4);
 * assert.equal(geometry.shape[0], 4);
 * assert.throws(() => decodeDicomSeries([new Uint8Array(200)]), ImageFormatError);
 * ```
 */
export function decodeDicomSeries(
  files: readonly Uint8Array[],
  limits: DicomLimits = {},
): DicomVolume {
  const { maxBytes = 2 ** 31, maxValues = 2 ** 27, maxFrames = 4096 } = limits;
  const bytes = files.reduce((sum, { length }) => sum + length, 0);
  if (bytes > maxBytes) throw tooLarge(`its files must have at most ${maxBytes} bytes`, bytes);
  const frames = inOrder(files.flatMap((file) => readFrames(parseDicom(file), maxFrames)));
  const { rows, columns } = frames[0].format, pixels = rows * columns;
  if (pixels * frames.length > maxValues) {
    throw tooLarge(
      `it must have at most ${maxValues} pixels`,
      `${columns}x${rows}x${frames.length}`,
    );
  }
  const sizes: Vector = [columns, rows, frames.length];
  const affine = affineOfPlanes(frames[0], stepOf(frames));
  const geometry = { ...displayedGeometry("decode the DICOM series", sizes, affine), frames };
  assertVolumeSize("decode the DICOM series", geometry.shape, limits);
  const [slices, height, width] = geometry.shape;
  const stored = storedPixels(frames), data = stored.slice();
  const strides = stridesOf(sizes, [1, columns, pixels], geometry.axes);
  forEachVoxel(geometry.shape, strides, (from, to) => data[to] = stored[from]);
  return { volume: { data, slices, height, width, channels: 1 }, geometry };
}

function tooLarge(expected: string, value: unknown): ImageTooLargeError {
  return new ImageTooLargeError(
    `Cannot decode the DICOM series as ${expected}: current value is ${value}`,
  );
}

/** Frames by their places along the normal; all of one size, direction and series, and evenly apart. */
function inOrder(frames: DicomFrame[]): DicomFrame[] {
  if (frames.length === 0) throw broken("a series must have at least one file", 0);
  const [first] = frames, normal = normalOf(first);
  for (const frame of frames) assertAlike(first, frame);
  const placeOf = (frame: DicomFrame) => placeAlong(normal, frame);
  const ordered = frames.toSorted((a, b) => placeOf(a) - placeOf(b));
  assertEven(ordered.map(placeOf));
  return ordered;
}

/** What must be the same for every frame. */
function kindsOf(frame: DicomFrame): [name: string, value: string][] {
  return [
    ["SeriesInstanceUID", seriesOf(frame) ?? "none"],
    ["size", `${frame.format.columns}x${frame.format.rows}`],
    ...kindsOfPlane(frame),
  ];
}

function assertAlike(first: DicomFrame, frame: DicomFrame): void {
  const expected = kindsOf(first);
  for (const [i, [name, value]] of kindsOf(frame).entries()) {
    if (value === expected[i][1]) continue;
    throw broken(
      `all files of a series must have one ${name}, ${printable(expected[i][1])}`,
      value,
    );
  }
}

function assertEven(places: readonly number[]): void {
  const step = (places[places.length - 1] - places[0]) / (places.length - 1);
  const gaps = places.slice(1).map((place, i) => place - places[i]);
  const double = gaps.findIndex((gap) => gap < 1e-3);
  if (double >= 0) {
    throw broken(
      "every frame of a series must have a place of its own",
      `two at ${places[double]} mm`,
    );
  }
  const uneven = gaps.findIndex((gap) => Math.abs(gap - step) > placeTolerance * step);
  if (uneven < 0) return;
  throw broken(
    `frames must lie evenly, none missing: ${step.toFixed(3)} mm apart`,
    `${gaps[uneven].toFixed(3)} mm after ${places[uneven].toFixed(3)} mm`,
  );
}

/** From a frame to the next, in DICOM's directions. */
function stepOf(frames: readonly DicomFrame[]): Vector {
  const first = frames[0], last = frames[frames.length - 1];
  if (frames.length === 1) {
    const [x, y, z] = normalOf(first), mm = thicknessOf(first);
    return [x * mm, y * mm, z * mm];
  }
  const step = (i: number) => (last.position[i] - first.position[i]) / (frames.length - 1);
  return [step(0), step(1), step(2)];
}

/** All frames after each other, as small as they allow. */
function storedPixels(frames: readonly DicomFrame[]): PixelData {
  const plain = frames.every(({ slope, intercept }) => slope === 1 && intercept === 0);
  const data = emptyPixels(frames, plain), { rows, columns } = frames[0].format;
  let at = 0;
  for (const { file, format, index, slope, intercept } of frames) {
    const stored = readFrame(file, format, index);
    if (plain) data.set(stored, at);
    else {
      stored.forEach((value: number, i: number) =>
        data[at + i] = finiteFloat(value * slope + intercept)
      );
    }
    at += rows * columns;
  }
  return data;
}

function emptyPixels(frames: readonly DicomFrame[], plain: boolean): PixelData {
  const { rows, columns } = frames[0].format, length = frames.length * rows * columns;
  const bits = Math.max(...frames.map(({ format }) => format.bitsStored));
  const signed = frames.some(({ format }) => format.signed);
  if (!plain || bits > 16 || signed) {
    return plain && bits <= 16 && !anyNegative(frames)
      ? new Uint16Array(length)
      : new Float32Array(length);
  }
  return bits <= 8 ? new Uint8Array(length) : new Uint16Array(length);
}

/** MR scanners write 16 bits with a sign that they never use. */
function anyNegative(frames: readonly DicomFrame[]): boolean {
  return frames.some(({ file, format, index }) =>
    readFrame(file, format, index).some((value: number) => value < 0)
  );
}
