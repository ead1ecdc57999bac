/**
 * The header of a NIfTI-1 file, 348 bytes. Source: nifti1.h.
 *
 * @module
 */

import type { Vector } from "../geometry.ts";
import { ImageFormatError } from "../image/image_error.ts";
import { quoted } from "../printable.ts";
import { dataTypeOfCode, type NiftiDataType } from "./data_type.ts";
import type { NiftiSpace } from "./space.ts";

/** Where each field starts. */
export const fields = {
  size: 0,
  dimensions: 40,
  intent: 68,
  dataType: 70,
  bits: 72,
  pixelSizes: 76,
  dataOffset: 108,
  slope: 112,
  intercept: 116,
  units: 123,
  description: 148,
  qformCode: 252,
  sformCode: 254,
  quaternion: 256,
  quaternionOffset: 268,
  sform: 280,
  magic: 344,
} as const;

/** Length of the header itself. */
export const headerLength = 348;

/** What NIfTI-2 has in the place of that length. */
const nifti2Length = 540;

/** Where the voxels start in a file without extensions: after four bytes that say so. */
export const leastDataOffset = 352;

/** A volume may have this many channels: four sequences. */
const maxChannels = 4;

/** What a header says. */
export interface NiftiHeader {
  readonly littleEndian: boolean;
  /** Of the three spatial axes, the one that varies fastest first. */
  readonly sizes: Vector;
  /** Volumes after each other in the file. */
  readonly channels: number;
  readonly dataType: NiftiDataType;
  /** Where the voxels start in the file. */
  readonly dataOffset: number;
  /** A voxel is `slope` times what is stored, plus `intercept`. */
  readonly slope: number;
  readonly intercept: number;
  readonly space: NiftiSpace;
}

/**
 * Reads a header.
 *
 * @param bytes The first 348 bytes of the file, or more, not compressed.
 * @throws {ImageFormatError} when it is not that of a NIfTI-1 file with voxels in it, or makes no sense.
 */
export function readNiftiHeader(bytes: Uint8Array): NiftiHeader {
  if (bytes.length < headerLength) {
    throw broken(`its header must have ${headerLength} bytes`, bytes.length);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const littleEndian = ![headerLength, nifti2Length].includes(view.getInt32(fields.size));
  const size = view.getInt32(fields.size, littleEndian);
  assertSingleFile(size, bytes);
  const short = (offset: number) => view.getInt16(offset, littleEndian);
  const float = (offset: number) => view.getFloat32(offset, littleEndian);
  const { sizes, channels } = readSizes(
    Array.from({ length: 8 }, (_, i) => short(fields.dimensions + 2 * i)),
  );
  const dataType = dataTypeOfCode(short(fields.dataType));
  if (dataType.perVoxel > 1 && channels > 1) {
    throw broken("a volume in color must be the only one in its file", channels);
  }
  return {
    littleEndian,
    sizes,
    channels,
    dataType,
    dataOffset: readDataOffset(float(fields.dataOffset)),
    ...readScale(float(fields.slope), float(fields.intercept)),
    space: {
      sizes,
      pixelSizes: Array.from({ length: 4 }, (_, i) => float(fields.pixelSizes + 4 * i)),
      units: bytes[fields.units],
      qformCode: short(fields.qformCode),
      sformCode: short(fields.sformCode),
      quaternion: Array.from({ length: 6 }, (_, i) => float(fields.quaternion + 4 * i)),
      sform: Array.from({ length: 12 }, (_, i) => float(fields.sform + 4 * i)),
    },
  };
}

/** An error about the file. */
export function broken(expected: string, value: unknown): ImageFormatError {
  return new ImageFormatError(
    `Cannot decode the NIfTI as ${expected}: current value is ${value}`,
  );
}

function assertSingleFile(size: number, bytes: Uint8Array): void {
  if (size === nifti2Length) throw broken("it must be NIfTI-1", "NIfTI-2");
  if (size !== headerLength) throw broken(`its first number must be ${headerLength}`, size);
  const magic = String.fromCharCode(...bytes.subarray(fields.magic, fields.magic + 3));
  if (magic === "ni1") {
    throw broken("voxels must be in the same file (.nii)", "a pair (.hdr, .img)");
  }
  if (magic !== "n+1") throw broken('it must have the letters "n+1"', quoted(magic));
}

/** Axes after the third are channels, whichever of them the file uses. */
function readSizes([count, ...lengths]: number[]): { sizes: Vector; channels: number } {
  if (count < 2 || count > 7) throw broken("it must have 2 to 7 axes", count);
  const used = lengths.slice(0, count);
  if (used.some((length) => length < 1)) {
    throw broken("every axis must have a length of at least 1", used.join("x"));
  }
  const [width, height, depth = 1, ...others] = used;
  const channels = others.reduce((product, length) => product * length, 1);
  if (channels > maxChannels) {
    throw broken(`it must hold 1 to ${maxChannels} volumes, one for each sequence`, channels);
  }
  return { sizes: [width, height, depth], channels };
}

function readDataOffset(offset: number): number {
  // Writers that leave it at 0 mean the earliest place there is.
  const start = offset === 0 ? leastDataOffset : offset;
  if (Number.isInteger(start) && start >= leastDataOffset) return start;
  throw broken(`its voxels must start at a whole number of at least ${leastDataOffset}`, offset);
}

/** A slope of 0, or none, means that voxels are stored as they are. */
function readScale(slope: number, intercept: number): { slope: number; intercept: number } {
  if (slope === 0 || !Number.isFinite(slope)) return { slope: 1, intercept: 0 };
  if (!Number.isFinite(intercept)) throw broken("its intercept must be finite", intercept);
  return { slope, intercept };
}
