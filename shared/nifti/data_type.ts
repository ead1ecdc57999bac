/**
 * The ways in which a NIfTI-1 file holds a voxel. Source: nifti1.h.
 *
 * @module
 */

import { ImageFormatError } from "../image/image_error.ts";
import type { NumberType } from "../number_type.ts";

/** What a voxel is made of. */
export interface NiftiDataType {
  readonly numbers: NumberType;
  /** 3 for red, green and blue, 4 with transparency, else 1. */
  readonly perVoxel: number;
}

/** The code of every kind of number. */
export const dataTypeCodes: Readonly<Record<NumberType, number>> = {
  uint8: 2,
  int16: 4,
  int32: 8,
  float32: 16,
  float64: 64,
  int8: 256,
  uint16: 512,
  uint32: 768,
  int64: 1024,
  uint64: 1280,
};

const colors: Readonly<Record<number, NiftiDataType>> = {
  128: { numbers: "uint8", perVoxel: 3 },
  2304: { numbers: "uint8", perVoxel: 4 },
};

/** What exists in the standard, but not for pictures of a head. */
const refused: Readonly<Record<number, string>> = {
  1: "single bits",
  32: "complex64",
  1536: "float128",
  1792: "complex128",
  2048: "complex256",
};

/**
 * The data type of a code.
 *
 * @throws {ImageFormatError} when it cannot be read, by its name where it has one.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.deepEqual(dataTypeOfCode(4), { numbers: "int16", perVoxel: 1 });
 * assert.throws(() => dataTypeOfCode(32), /complex64/);
 * ```
 */
export function dataTypeOfCode(code: number): NiftiDataType {
  const found = Object.entries(dataTypeCodes).find(([, candidate]) => candidate === code);
  if (found) return { numbers: found[0] as NumberType, perVoxel: 1 };
  if (code in colors) return colors[code];
  throw new ImageFormatError(
    "Cannot decode the NIfTI as its voxels must be whole numbers of 8 to 64 bits, float32, float64, RGB24 or RGBA32: " +
      `current value is data type ${code}${code in refused ? ` (${refused[code]})` : ""}`,
  );
}
