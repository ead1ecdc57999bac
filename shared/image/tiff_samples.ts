/**
 * The bytes of a TIFF's strip or tile as numbers.
 *
 * @module
 */

import { ImageFormatError } from "./image_error.ts";
import { unpackBits } from "./unpack_bits.ts";

/** How a TIFF holds its samples. */
export interface SampleLayout {
  readonly bitsPerSample: number;
  /** 1 unsigned, 2 signed, 3 floating point. */
  readonly sampleFormat: number;
  readonly littleEndian: boolean;
}

/** Numbers of the type that the file holds them in. */
export type Samples =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

type Reader = (view: DataView, offset: number, little: boolean) => number;

/** The array and the reader for each kind of sample of more than 8 bits, as "format/bits". */
const kinds: Readonly<Record<string, readonly [new (length: number) => Samples, Reader]>> = {
  "1/16": [Uint16Array, (view, offset, little) => view.getUint16(offset, little)],
  "1/32": [Uint32Array, (view, offset, little) => view.getUint32(offset, little)],
  "2/16": [Int16Array, (view, offset, little) => view.getInt16(offset, little)],
  "2/32": [Int32Array, (view, offset, little) => view.getInt32(offset, little)],
  "3/32": [Float32Array, (view, offset, little) => view.getFloat32(offset, little)],
  "3/64": [Float64Array, (view, offset, little) => view.getFloat64(offset, little)],
};

/**
 * Refuses samples that cannot be read: whole numbers must have 8, 16 or 32 bits, unsigned ones also 1, 2 or 4,
 * and floating ones 32 or 64.
 *
 * @throws {ImageFormatError} naming the format and the bits.
 */
export function assertReadableSamples(layout: SampleLayout): void {
  const { sampleFormat, bitsPerSample } = layout;
  const small = (sampleFormat === 1 && [1, 2, 4, 8].includes(bitsPerSample)) ||
    (sampleFormat === 2 && bitsPerSample === 8);
  if (small || `${sampleFormat}/${bitsPerSample}` in kinds) return;
  throw new ImageFormatError(
    "Cannot decode the TIFF as its samples must be whole numbers of 1, 2, 4, 8, 16 or 32 bits or floating point of " +
      `32 or 64: current values are sample format ${sampleFormat} and ${bitsPerSample} bits`,
  );
}

/**
 * The samples of `rows` rows of `perRow` samples. A row of fewer than 8 bits a sample starts at a whole byte.
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
): Samples {
  const count = rows * perRow;
  if (bitsPerSample < 8) return unpackBits(bytes, rows, perRow, bitsPerSample);
  if (bitsPerSample === 8) {
    return sampleFormat === 2
      ? new Int8Array(bytes.buffer, bytes.byteOffset, count)
      : bytes.subarray(0, count);
  }
  const [Kind, read] = kinds[`${sampleFormat}/${bitsPerSample}`];
  const samples = new Kind(count);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < count; i++) samples[i] = read(view, i * bitsPerSample / 8, littleEndian);
  return samples;
}

/**
 * Undoes horizontal differencing in place: every sample of a row was stored as its difference from the same channel's
 * sample before it. Sums wrap round as the array's type does, as the differences did.
 * Source: TIFF revision 6.0, section 14.
 */
export function undoDifferences(samples: Samples, perRow: number, channels: number): void {
  for (let row = 0; row < samples.length; row += perRow) {
    for (let i = row + channels; i < row + perRow; i++) samples[i] += samples[i - channels];
  }
}
