/**
 * The bytes of a TIFF's strip or tile as numbers.
 *
 * @module
 */

import { ImageFormatError } from "./image_error.ts";
import {
  finiteFloat,
  isFloating,
  type NumberArray,
  type NumberType,
  readNumbers,
} from "../number_type.ts";
import { unpackBits } from "./unpack_bits.ts";

/** How a TIFF holds its samples. */
export interface SampleLayout {
  readonly bitsPerSample: number;
  /** 1 unsigned, 2 signed, 3 floating point. */
  readonly sampleFormat: number;
  readonly littleEndian: boolean;
}

/** The kind of number for each kind of sample of 8 bits or more, as "format/bits". */
const kinds: Readonly<Record<string, NumberType>> = {
  "1/8": "uint8",
  "1/16": "uint16",
  "1/32": "uint32",
  "2/8": "int8",
  "2/16": "int16",
  "2/32": "int32",
  "3/32": "float32",
  "3/64": "float64",
};

/**
 * Refuses samples that cannot be read: whole numbers must have 8, 16 or 32 bits, unsigned ones also 1, 2 or 4,
 * and floating ones 32 or 64.
 *
 * @throws {ImageFormatError} naming the format and the bits.
 */
export function assertReadableSamples(layout: SampleLayout): void {
  const { sampleFormat, bitsPerSample } = layout;
  const small = sampleFormat === 1 && [1, 2, 4].includes(bitsPerSample);
  if (small || `${sampleFormat}/${bitsPerSample}` in kinds) return;
  throw new ImageFormatError(
    "Cannot decode the TIFF as its samples must be whole numbers of 1, 2, 4, 8, 16 or 32 bits or floating point of " +
      `32 or 64: current values are sample format ${sampleFormat} and ${bitsPerSample} bits`,
  );
}

/**
 * The samples of `rows` rows of `perRow` samples. A row of fewer than 8 bits a sample starts at a whole byte. Floating
 * ones become floats of 32 bits, and 0 where they are none, as in a NIfTI.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const bits = { bitsPerSample: 4, sampleFormat: 1, littleEndian: true };
 * const samples = readSamples(new Uint8Array([0x12, 0x30, 0x45, 0x60]), 2, 3, bits);
 * assert.deepEqual(samples, new Uint8Array([1, 2, 3, 4, 5, 6]));
 * ```
 */
export function readSamples(
  bytes: Uint8Array,
  rows: number,
  perRow: number,
  { bitsPerSample, sampleFormat, littleEndian }: SampleLayout,
): NumberArray {
  if (bitsPerSample < 8) return unpackBits(bytes, rows, perRow, bitsPerSample);
  const length = rows * perRow * bitsPerSample / 8,
    kind = kinds[`${sampleFormat}/${bitsPerSample}`];
  const samples = readNumbers(bytes.subarray(0, length), kind, littleEndian);
  return isFloating(kind) ? Float32Array.from(samples, finiteFloat) : samples;
}

/**
 * Undoes horizontal differencing in place: every sample of a row was stored as its difference from the same channel's
 * sample before it. Sums wrap round as the array's type does, as the differences did.
 * Source: TIFF revision 6.0, section 14.
 */
export function undoDifferences(samples: NumberArray, perRow: number, channels: number): void {
  for (let row = 0; row < samples.length; row += perRow) {
    for (let i = row + channels; i < row + perRow; i++) samples[i] += samples[i - channels];
  }
}
