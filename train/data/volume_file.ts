/**
 * One decoded patient as one file, to be read back without decoding anything.
 *
 * Layout, little-endian: the eight letters `GLIOMAPV`; a CRC-32 of all that follows it (uint32); the header's
 * length in bytes (uint32); the header, JSON; the volume's pixels [slices, height, width, channels]; the
 * mask's [slices, height, width], 8 bits each.
 *
 * @module
 */
import { crc32 } from "node:zlib";
import { sizeOf } from "../../shared/volume.ts";
import type { Patient } from "./dataset.ts";

/** Changes whenever the layout does, or what decoding makes of the same images. */
export const volumeFileVersion = 3;

const magic = new TextEncoder().encode("GLIOMAPV");
const checkedFrom = magic.length + 4, headerFrom = checkedFrom + 4;

interface Header {
  readonly version: number;
  readonly fingerprint: string;
  readonly id: string;
  /** [slices, height, width, channels]. */
  readonly shape: readonly [number, number, number, number];
  /** Of the pixels, kept so that a start need not work it out again. */
  readonly digest: string;
  /** [channels][256], kept for the same reason: every scaling follows from them. */
  readonly valueCounts: readonly (readonly number[])[];
  readonly sliceNumbers: readonly number[];
  readonly spacing?: readonly number[];
}

/**
 * The bytes of a patient's file, in shared memory.
 *
 * @param patient With an 8-bit volume.
 * @param fingerprint What the patient was decoded from.
 */
export function encodeVolumeFile(
  { id, volume, mask, digest, valueCounts, sliceNumbers, spacing }: Patient,
  fingerprint: string,
): Uint8Array<SharedArrayBuffer> {
  const { slices, height, width, channels } = volume;
  const shape = [slices, height, width, channels] as const;
  const header: Header = {
    version: volumeFileVersion,
    fingerprint,
    id,
    shape,
    digest,
    valueCounts: valueCounts.map((counts) => Array.from(counts)),
    sliceNumbers,
    spacing,
  };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const dataFrom = headerFrom + text.length;
  const length = dataFrom + volume.data.length + mask.data.length;
  const bytes = new Uint8Array(new SharedArrayBuffer(length));
  bytes.set(magic);
  bytes.set(text, headerFrom);
  bytes.set(volume.data, dataFrom);
  bytes.set(mask.data, dataFrom + volume.data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(checkedFrom, text.length, true);
  view.setUint32(magic.length, crc32(bytes.subarray(checkedFrom)), true);
  return bytes;
}

/**
 * The patient in a file; its arrays are views on the file's bytes.
 *
 * @param fingerprint What the patient would be decoded from now.
 * @returns Nothing when the file is damaged, of another version, or of something else.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { findPatients, readPatient } from "./dataset.ts";
 * const [files] = await findPatients("train/sample");
 * const patient = await readPatient(files);
 * const bytes = encodeVolumeFile(patient, "these files");
 * assert.deepEqual(decodeVolumeFile(bytes, "these files"), patient);
 * assert.equal(decodeVolumeFile(bytes, "other files"), undefined);
 * assert.equal(decodeVolumeFile(bytes.subarray(0, 1000), "these files"), undefined);
 * ```
 */
export function decodeVolumeFile(bytes: Uint8Array, fingerprint: string): Patient | undefined {
  if (bytes.length < headerFrom || magic.some((letter, index) => bytes[index] !== letter)) {
    return undefined;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(magic.length, true) !== crc32(bytes.subarray(checkedFrom))) return undefined;
  const dataFrom = headerFrom + view.getUint32(checkedFrom, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(headerFrom, dataFrom)));
  if (header.version !== volumeFileVersion || header.fingerprint !== fingerprint) return undefined;
  const { id, shape, digest, valueCounts, sliceNumbers, spacing } = header as Header;
  const [slices, height, width, channels] = shape;
  const maskFrom = dataFrom + sizeOf(shape);
  return {
    id,
    volume: { data: bytes.subarray(dataFrom, maskFrom), slices, height, width, channels },
    mask: { data: bytes.subarray(maskFrom), shape: [slices, height, width] },
    digest,
    valueCounts: valueCounts.map((counts) => Uint32Array.from(counts)),
    sliceNumbers,
    ...spacing && { spacing },
  };
}
