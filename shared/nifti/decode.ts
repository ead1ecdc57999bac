/**
 * NIfTI-1 files, compressed or not, to volumes and masks in our axes.
 *
 * @module
 */

import {
  type DisplayedGeometry,
  displayedGeometry,
  forEachVoxel,
  stridesOf,
} from "../display_axes.ts";
import { ImageFormatError, ImageTooLargeError } from "../image/image_error.ts";
import { inflate } from "../image/inflate.ts";
import { bytesOf, finiteFloat, isFloating, type NumberArray, readNumbers } from "../number_type.ts";
import type { Mask, PixelData, Volume } from "../volume.ts";
import { assertVolumeSize, type VolumeSizeLimits } from "../volume_size.ts";
import { inflateBgzip, isBgzip } from "./bgzip.ts";
import { broken, leastDataOffset, type NiftiHeader, readNiftiHeader } from "./header.ts";
import { affineOf, type NiftiSpace } from "./space.ts";

export { ImageFormatError, ImageTooLargeError } from "../image/image_error.ts";

/** Where the voxels of a NIfTI lie, and how its file says so: what a mask has to be written with. */
export interface NiftiGeometry extends DisplayedGeometry {
  readonly space: NiftiSpace;
}

/** A volume and where it lies. */
export interface NiftiVolume {
  readonly volume: Volume;
  readonly geometry: NiftiGeometry;
}

/** A mask and where it lies. */
export interface NiftiMask {
  /** Shape [slices, height, width]. */
  readonly mask: Mask;
  readonly geometry: NiftiGeometry;
}

/** How much a file may ask for, checked before memory is spent on its voxels. */
export interface NiftiLimits extends VolumeSizeLimits {
  /** Length of the file as it is. @default 512 MiB */
  readonly maxBytes?: number;
  /** Voxels times channels. @default 2 ** 27, half a gigabyte of floats */
  readonly maxValues?: number;
  /** Channels of the volume. @default 4, which is also the most that can be read */
  readonly maxChannels?: number;
}

/** Settings of {@linkcode decodeNiftiMask}. */
export interface NiftiMaskOptions extends NiftiLimits {
  /**
   * "binary": voxels must be 0 and 1, or 0 and 255. "any": every whole number from 1 to 255 is tumor, which makes the
   * whole tumor of a file with several kinds of tissue, such as BraTS's. @default "binary"
   */
  readonly labels?: "binary" | "any";
}

/** Whether a file's first bytes are those of gzip. */
function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Decodes a NIfTI-1 (`.nii` or `.nii.gz`, told apart by its first bytes) to a volume in our axes: [slices, height, width,
 * channels], axial, slices from the feet to the head, the front of the head in the first row and the patient's right in
 * the first column. Axes are swapped and turned round for that, as the file's affine says, and never resampled.
 *
 * Slope and intercept are applied. Whole numbers that need no sign become a `Uint8Array` (of 8 bits) or a `Uint16Array`,
 * all else a `Float32Array`. NaN, which some programs write outside of the picture, infinity and what no float can hold become 0. Channels are the volumes
 * of a file of four or more axes, or the colors of RGB24.
 *
 * @throws {ImageFormatError} when the file is cut short, corrupt, not NIfTI-1, or its header makes no sense.
 * @throws {ImageTooLargeError} when file or volume are over the limits.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { geometryOfSpacing } from "../geometry.ts";
 * import { encodeNifti } from "./encode.ts";
 * const volume = { data: new Uint16Array([1, 2, 3, 400]), slices: 2, height: 1, width: 2, channels: 1 };
 * const file = await encodeNifti(volume, geometryOfSpacing([2, 1, 2], [5, 1, 1]));
 * const decoded = await decodeNifti(file);
 * assert.deepEqual(decoded.volume, volume);
 * assert.deepEqual(decoded.geometry.spacing, [5, 1, 1]);
 * ```
 */
export async function decodeNifti(
  bytes: Uint8Array,
  limits: NiftiLimits = {},
): Promise<NiftiVolume> {
  const { maxBytes = 512 * 2 ** 20, maxValues = 2 ** 27, maxChannels = 4 } = limits;
  if (bytes.length > maxBytes) {
    throw tooLarge(`its file must have at most ${maxBytes} bytes`, bytes.length);
  }
  const header = readNiftiHeader(await firstBytes(bytes, leastDataOffset));
  const geometry = geometryOf(header);
  const channels = channelsOf(header);
  if (channels > maxChannels) {
    throw tooLarge(`it must have at most ${maxChannels} channels`, channels);
  }
  const [slices, height, width] = geometry.shape, count = slices * height * width;
  if (count * channels > maxValues || header.dataOffset > maxBytes) {
    throw tooLarge(
      `it must have at most ${maxValues} voxels times channels`,
      `${header.sizes.join("x")}x${channels}`,
    );
  }
  assertVolumeSize("decode the NIfTI", geometry.shape, limits);
  const { dataType: { numbers, perVoxel }, dataOffset, littleEndian } = header;
  const end = dataOffset + count * header.channels * bytesOf(numbers) * perVoxel;
  assertCanHold(bytes, end);
  // One more byte than is wanted makes the stream come to its checksum.
  const whole = await firstBytes(bytes, end + 1);
  if (whole.length < end) throw tooShort(end, whole.length);
  const samples = readNumbers(whole.subarray(dataOffset, end), numbers, littleEndian);
  const data = arrange(samples, header, geometry, channels);
  return { volume: { data, slices, height, width, channels }, geometry };
}

/**
 * Decodes a mask, shape [slices, height, width] in our axes as {@linkcode decodeNifti} has them.
 *
 * @throws {ImageFormatError} when it has several channels, or a voxel is no label; and as {@linkcode decodeNifti}.
 * @throws {ImageTooLargeError} when file or volume are over the limits.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { geometryOfSpacing } from "../geometry.ts";
 * import { encodeNiftiMask } from "./encode.ts";
 * const mask = { data: new Uint8Array([0, 1, 1, 0]), shape: [1, 2, 2] };
 * const file = await encodeNiftiMask(mask, geometryOfSpacing([1, 2, 2], [5, 1, 1]));
 * assert.deepEqual((await decodeNiftiMask(file)).mask, mask);
 * ```
 */
export async function decodeNiftiMask(
  bytes: Uint8Array,
  { labels = "binary", ...limits }: NiftiMaskOptions = {},
): Promise<NiftiMask> {
  const { volume: { data, channels }, geometry } = await decodeNifti(bytes, limits);
  if (channels !== 1) throw broken("a mask must have one channel", channels);
  const tumor = data.includes(255) ? 255 : 1;
  const isLabel = labels === "any"
    ? (value: number) => Number.isInteger(value) && value >= 0 && value <= 255
    : (value: number) => value === 0 || value === tumor;
  const wrong = data.find((value: number) => !isLabel(value));
  if (wrong !== undefined) {
    const expected = labels === "any" ? "whole numbers from 0 to 255" : "0 or 1 (or all 0 or 255)";
    throw broken(`the voxels of a mask must be ${expected}`, wrong);
  }
  const mask = Uint8Array.from(data, (value) => value === 0 ? 0 : 1);
  return { mask: { data: mask, shape: geometry.shape }, geometry };
}

/** The file's first bytes as they were before compression, or all where they are fewer. */
async function firstBytes(bytes: Uint8Array, count: number): Promise<Uint8Array> {
  if (!isGzip(bytes)) return bytes.subarray(0, count);
  try {
    return await (isBgzip(bytes) ? inflateBgzip(bytes, count) : inflate([bytes], count, "gzip"));
  } catch (error) {
    throw new ImageFormatError(
      `Cannot decode the NIfTI as its compression must be intact gzip of one part, or bgzip's: ${
        error instanceof Error ? error.message : error
      }`,
      { cause: error },
    );
  }
}

/** Deflate makes of one byte at most 1032, so a header may lie about how much there is to make room for. */
function assertCanHold(bytes: Uint8Array, length: number): void {
  const most = isGzip(bytes) ? bytes.length * 1032 : bytes.length;
  if (most < length) throw tooShort(length, isGzip(bytes) ? `at most ${most}` : most);
}

function tooShort(length: number, value: unknown): ImageFormatError {
  return broken(`it must hold ${length} bytes, as its header says`, value);
}

function tooLarge(expected: string, value: unknown): ImageTooLargeError {
  return new ImageTooLargeError(
    `Cannot decode the NIfTI as ${expected}: current value is ${value}`,
  );
}

function geometryOf({ sizes, space }: NiftiHeader): NiftiGeometry {
  return { ...displayedGeometry("decode the NIfTI", sizes, affineOf(space)), space };
}

function channelsOf({ channels, dataType }: NiftiHeader): number {
  return dataType.perVoxel > 1 ? 3 : channels;
}

/** The file's samples scaled and in our order; what is transparent loses that. */
function arrange(
  samples: NumberArray,
  header: NiftiHeader,
  { shape, axes }: NiftiGeometry,
  channels: number,
): PixelData {
  const { sizes, dataType } = header, [width, height, depth] = sizes;
  const colors = dataType.perVoxel;
  // Channels are the slowest in a file, colors the fastest.
  const channelStep = colors > 1 ? 1 : width * height * depth;
  const fileSteps = [colors, width * colors, width * height * colors] as const;
  const convert = conversion(header);
  const result = emptyPixels(samples, header, shape[0] * shape[1] * shape[2] * channels);
  forEachVoxel(shape, stridesOf(sizes, fileSteps, axes), (from, to) => {
    for (let channel = 0; channel < channels; channel++) {
      result[to * channels + channel] = convert(samples[from + channel * channelStep]);
    }
  });
  return result;
}

/** From a stored number to a voxel's. */
function conversion(header: NiftiHeader): (stored: number) => number {
  const { slope, intercept, dataType } = header;
  if (isScaled(header)) return (stored) => finiteFloat(stored * slope + intercept);
  return isFloating(dataType.numbers) ? finiteFloat : (stored) => stored;
}

/** Colors are never scaled, as the standard has it. */
function isScaled({ slope, intercept, dataType }: NiftiHeader): boolean {
  return dataType.perVoxel === 1 && (slope !== 1 || intercept !== 0);
}

/** Room for voxels, as small as they allow. */
function emptyPixels(samples: NumberArray, header: NiftiHeader, length: number): PixelData {
  const { numbers } = header.dataType, small = bytesOf(numbers) === 1;
  if (isFloating(numbers) || isScaled(header)) return new Float32Array(length);
  const most = small ? 255 : 65535;
  const fits = samples.every((value: number) => value >= 0 && value <= most);
  if (!fits) return new Float32Array(length);
  return small ? new Uint8Array(length) : new Uint16Array(length);
}
