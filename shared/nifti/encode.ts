/**
 * Volumes and masks to NIfTI-1 files.
 *
 * @module
 */

import { type DisplayAxes, forEachVoxel, stridesOf } from "../display_axes.ts";
import { assertAffine, type Vector, type VolumeGeometry } from "../geometry.ts";
import { bytesOf, isFloating, type NumberType, rangeOf, writeNumber } from "../number_type.ts";
import { formatShape } from "../shape.ts";
import type { Mask, PixelData, Volume } from "../volume.ts";
import { dataTypeCodes } from "./data_type.ts";
import type { NiftiGeometry } from "./decode.ts";
import { fields, headerLength, leastDataOffset } from "./header.ts";
import { type NiftiSpace, spaceOfAffine } from "./space.ts";

/** How a file is to be written. */
export interface NiftiEncoding {
  /** @default "uint8", "uint16" or "float32", what the volume's data is */
  readonly dataType?: NumberType;
  /** A voxel is `slope` times what is stored, plus `intercept`; whole numbers are rounded. @default 1 */
  readonly slope?: number;
  /** @default 0 */
  readonly intercept?: number;
  /** @default true */
  readonly littleEndian?: boolean;
  /** Whether to compress, as in `.nii.gz`. @default true */
  readonly gzip?: boolean;
}

/** The file's axes for a volume that came from elsewhere: columns vary fastest, then rows, then slices. */
const ourAxes: DisplayAxes = { from: [2, 1, 0], flipped: [false, false, false] };

/** What a reader may do with the voxels: NIFTI_INTENT_LABEL, or nothing special. */
const intents = { mask: 1002, volume: 0 };

const description = "Gliomap. Not for clinical use.";

/**
 * A volume as a NIfTI-1 file.
 *
 * @param geometry Where the voxels lie. That of `decodeNifti` puts them into that file's own space: the same
 *   order of axes and the same qform, sform and pixdim. Any other is written as sform and qform.
 * @throws {TypeError} when the volume has not the geometry's shape.
 * @throws {RangeError} when a voxel is not finite or does not fit the data type, or the geometry makes no sense.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { geometryOfSpacing } from "../geometry.ts";
 * import { decodeNifti } from "./decode.ts";
 * const volume = { data: new Float32Array([0.5, 1.5]), slices: 1, height: 1, width: 2, channels: 1 };
 * const geometry = geometryOfSpacing([1, 1, 2], [5, 1, 1]);
 * const file = await encodeNifti(volume, geometry, { dataType: "int16", slope: 0.5 });
 * assert.deepEqual((await decodeNifti(file)).volume, volume);
 * ```
 */
export async function encodeNifti(
  volume: Volume,
  geometry: VolumeGeometry | NiftiGeometry,
  encoding: NiftiEncoding = {},
): Promise<Uint8Array> {
  return await encode(volume, geometry, encoding, intents.volume);
}

/**
 * A mask as a NIfTI-1 file of 0 and 1, 8 bits each; with the geometry of `decodeNifti`, in the space of the
 * image that was segmented.
 *
 * @param mask Shape [slices, height, width].
 * @throws {TypeError} when the mask has not the geometry's shape.
 * @throws {RangeError} when the geometry makes no sense.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { geometryOfSpacing } from "../geometry.ts";
 * const mask = { data: new Uint8Array([0, 1, 1, 0]), shape: [1, 2, 2] };
 * const geometry = geometryOfSpacing([1, 2, 2], [5, 1, 1]);
 * const file = await encodeNiftiMask(mask, geometry, { gzip: false });
 * assert.deepEqual(file.subarray(352), new Uint8Array([0, 1, 1, 0]));
 * ```
 */
export async function encodeNiftiMask(
  mask: Mask,
  geometry: VolumeGeometry | NiftiGeometry,
  encoding: Pick<NiftiEncoding, "gzip"> = {},
): Promise<Uint8Array> {
  const [slices, height, width] = geometry.shape;
  if (formatShape(mask.shape) !== formatShape(geometry.shape)) {
    throw wrongShape(geometry, mask.shape);
  }
  const volume = { data: mask.data, slices, height, width, channels: 1 };
  return await encode(volume, geometry, encoding, intents.mask);
}

async function encode(
  volume: Volume,
  geometry: VolumeGeometry | NiftiGeometry,
  encoding: NiftiEncoding,
  intent: number,
): Promise<Uint8Array> {
  const { data, slices, height, width, channels } = volume, { shape } = geometry;
  const length = slices * height * width * channels;
  if (formatShape([slices, height, width]) !== formatShape(shape) || data.length !== length) {
    throw wrongShape(geometry, [slices, height, width, channels]);
  }
  const {
    dataType: type = typeOf(data),
    slope = 1,
    intercept = 0,
    littleEndian = true,
    gzip = true,
  } = encoding;
  const { space, axes } = "space" in geometry ? geometry : ownSpace(geometry);
  const bytes = new Uint8Array(leastDataOffset + length * bytesOf(type));
  const header = { space, type, channels, slope, intercept, intent, littleEndian };
  writeHeader(bytes, header);
  writeVoxels(bytes.subarray(leastDataOffset), volume, axes, header);
  return gzip ? await compress(bytes) : bytes;
}

function wrongShape({ shape }: VolumeGeometry, value: readonly number[]): TypeError {
  return new TypeError(
    `Cannot encode a NIfTI as the voxels must fill the geometry's shape ${formatShape(shape)}: ` +
      `current value is ${formatShape(value)}`,
  );
}

function typeOf(data: PixelData): NumberType {
  if (data instanceof Float32Array) return "float32";
  return data instanceof Uint16Array ? "uint16" : "uint8";
}

/** For a geometry that came from no NIfTI. */
function ownSpace({ shape, affine }: VolumeGeometry): { space: NiftiSpace; axes: DisplayAxes } {
  assertAffine("encode a NIfTI", affine);
  const sizes: Vector = [shape[2], shape[1], shape[0]];
  const swapped = affine.map(([slice, row, column, offset]) =>
    [column, row, slice, offset] as const
  );
  return { space: spaceOfAffine(sizes, [swapped[0], swapped[1], swapped[2]]), axes: ourAxes };
}

interface Writing {
  readonly space: NiftiSpace;
  readonly type: NumberType;
  readonly channels: number;
  readonly slope: number;
  readonly intercept: number;
  readonly intent: number;
  readonly littleEndian: boolean;
}

function writeHeader(bytes: Uint8Array, header: Writing): void {
  const { space, type, channels, slope, intercept, intent, littleEndian } = header;
  const view = new DataView(bytes.buffer);
  const shorts = (offset: number, values: readonly number[]) =>
    values.forEach((value, i) => view.setInt16(offset + 2 * i, value, littleEndian));
  const floats = (offset: number, values: readonly number[]) =>
    values.forEach((value, i) => view.setFloat32(offset + 4 * i, value, littleEndian));
  view.setInt32(fields.size, headerLength, littleEndian);
  shorts(fields.dimensions, [channels > 1 ? 4 : 3, ...space.sizes, channels, 1, 1, 1]);
  shorts(fields.intent, [intent, dataTypeCodes[type], 8 * bytesOf(type)]);
  floats(fields.pixelSizes, [...space.pixelSizes, 1, 1, 1, 1]);
  floats(fields.dataOffset, [leastDataOffset, slope, intercept]);
  bytes[fields.units] = space.units;
  bytes.set(new TextEncoder().encode(description), fields.description);
  shorts(fields.qformCode, [space.qformCode, space.sformCode]);
  floats(fields.quaternion, space.quaternion);
  floats(fields.sform, space.sform);
  bytes.set(new TextEncoder().encode("n+1"), fields.magic);
}

function writeVoxels(
  bytes: Uint8Array,
  { data, slices, height, width, channels }: Volume,
  axes: DisplayAxes,
  { space: { sizes }, type, slope, intercept, littleEndian }: Writing,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fileSteps = [1, sizes[0], sizes[0] * sizes[1]] as const;
  const channelStep = slices * height * width, strides = stridesOf(sizes, fileSteps, axes);
  forEachVoxel([slices, height, width], strides, (to, from) => {
    for (let channel = 0; channel < channels; channel++) {
      const value = (data[from * channels + channel] - intercept) / slope;
      writeNumber(
        view,
        to + channel * channelStep,
        storedValue(value, type),
        type,
        littleEndian,
      );
    }
  });
}

function storedValue(value: number, type: NumberType): number {
  const stored = isFloating(type) ? value : Math.round(value), [least, greatest] = rangeOf(type);
  if (stored >= least && stored <= greatest) return stored;
  throw new RangeError(
    `Cannot encode a NIfTI as every voxel, less the intercept and divided by the slope, must fit ${type}: ` +
      `current value is ${value}`,
  );
}

async function compress(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
