/**
 * Outlines out of files: masks, or probabilities to be thresholded.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { decodeDicomSegmentation } from "../../shared/dicom/decode_segmentation.ts";
import type { VolumeGeometry } from "../../shared/geometry.ts";
import { decodeImage, sliceToMask } from "../../shared/image/decode.ts";
import { decodeNifti } from "../../shared/nifti/decode.ts";
import { decodeNpy } from "../../shared/npy.ts";
import type { NumberArray } from "../../shared/number_type.ts";
import { formatShape } from "../../shared/shape.ts";
import { threshold } from "../../shared/threshold.ts";
import type { Mask, ProbabilityMap } from "../../shared/volume.ts";
import type { OutlineFile } from "./outline_files.ts";

/** An outline in memory. */
export interface Outline {
  /** Shape [slices, height, width]. */
  readonly mask: Mask;
  /** Where the file holds probabilities rather than a mask; of the same shape. */
  readonly probability?: ProbabilityMap;
  /** Where the voxels lie; null where the format does not say. */
  readonly geometry: VolumeGeometry | null;
  /** Whether slices without tumor may be missing, as in a DICOM-SEG: `place_pair.ts` adds them. */
  readonly sparse: boolean;
}

/** Settings of {@linkcode readOutline}. */
export interface OutlineOptions {
  /** Probabilities over this are tumor. @default {0.5} */
  readonly at?: number;
  /**
   * "binary": voxels are 0 and 1, or 0 and 255. "any": every whole number from 1 to 255 is tumor, which makes the whole
   * tumor of a file with several kinds of tissue. @default {"binary"}
   */
  readonly labels?: "binary" | "any";
}

/**
 * Reads a patient's outline. NIfTI and DICOM-SEG are turned into our axes as shared/ does; a `.npy` must have them already, [slices, height, width] or [height, width]. Fractions between 0 and 1 are probabilities.
 *
 * @throws {Error} naming the file that is missing, corrupt, or holds no outline.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { findOutlines } from "./outline_files.ts";
 * const [{ files }] = await findOutlines("train/sample");
 * const { mask, geometry } = await readOutline(files);
 * assert.deepEqual([mask.shape, geometry], [[20, 256, 256], null]);
 * ```
 */
export async function readOutline(
  files: readonly OutlineFile[],
  { at = 0.5, labels = "binary" }: OutlineOptions = {},
): Promise<Outline> {
  const read = await Promise.all(files.map(({ path }) => readVoxels(path, labels)));
  const voxels = files.length === 1 ? read[0] : stack(read, files);
  return outlineOf(voxels, files, at, labels);
}

/** Numbers, of which it is not known yet what they mean. */
interface Voxels {
  readonly data: NumberArray;
  readonly shape: readonly number[];
  readonly geometry: VolumeGeometry | null;
  readonly sparse?: boolean;
}

async function readVoxels(path: string, labels: "binary" | "any"): Promise<Voxels> {
  try {
    const bytes = await readFile(path);
    if (/\.nii(\.gz)?$/i.test(path)) return await readNifti(bytes);
    if (/\.dcm$/i.test(path)) {
      const { data, geometry } = decodeDicomSegmentation(bytes, { labels });
      return { data, shape: geometry.shape, geometry, sparse: true };
    }
    return /\.npy$/i.test(path) ? readNpy(bytes) : await readImage(bytes);
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`, { cause: error });
  }
}

async function readNifti(bytes: Uint8Array): Promise<Voxels> {
  const { volume, geometry } = await decodeNifti(bytes);
  if (volume.channels !== 1) {
    throw new TypeError(
      `Cannot use the NIfTI as an outline as it must have one channel: current value is ${volume.channels}`,
    );
  }
  return { data: volume.data, shape: geometry.shape, geometry };
}

function readNpy(bytes: Uint8Array): Voxels {
  const { data, shape } = decodeNpy(bytes);
  if (shape.length !== 2 && shape.length !== 3) {
    throw new TypeError(
      "Cannot use the array as an outline as its axes must be [slices, height, width] or [height, width]: " +
        `current value is ${formatShape(shape)}`,
    );
  }
  return { data, shape: shape.length === 2 ? [1, ...shape] : shape, geometry: null };
}

async function readImage(bytes: Uint8Array): Promise<Voxels> {
  const slice = await decodeImage(bytes), shape = [1, slice.height, slice.width];
  // Several channels may repeat one mask.
  const data = slice.channels === 1 ? slice.data : sliceToMask(slice).data;
  return { data, shape, geometry: null };
}

/** Slices as one volume. */
function stack(slices: readonly Voxels[], files: readonly OutlineFile[]): Voxels {
  const [, height, width] = slices[0].shape;
  const wrong = slices.findIndex(({ shape }) =>
    shape[0] !== 1 || shape[1] !== height || shape[2] !== width
  );
  if (wrong >= 0) {
    throw new TypeError(
      `${files[wrong].path}: Cannot use the slice as it must have the size ${height}x${width} of ` +
        `${files[0].path}: current value is ${formatShape(slices[wrong].shape.slice(1))}`,
    );
  }
  const data = new Float32Array(slices.length * height * width);
  slices.forEach((slice, index) => data.set(slice.data, index * height * width));
  return { data, shape: [slices.length, height, width], geometry: null };
}

function outlineOf(
  { data, shape, geometry, sparse = false }: Voxels,
  files: readonly OutlineFile[],
  at: number,
  labels: "binary" | "any",
): Outline {
  const isLabel = labelTest(data, labels);
  const other = data.findIndex((value: number) => !isLabel(value));
  if (other < 0) return { mask: { data: toMask(data), shape }, geometry, sparse };
  const wrong = data.findIndex((value: number) => !isProbability(value));
  if (wrong < 0) {
    const probability = { data: new Float32Array(data), shape };
    return { mask: threshold(probability, at), probability, geometry, sparse };
  }
  // A value that is neither says more than a 255 among probabilities.
  const neither = data.findIndex((value: number) => !isLabel(value) && !isProbability(value));
  const place = neither < 0 ? wrong : neither;
  const slice = Math.floor(place / (shape[1] * shape[2]));
  const { path } = files.length === 1 ? files[0] : files[slice];
  throw new RangeError(
    `${path}: Cannot use the file as an outline as its values must be ` +
      `${labels === "any" ? "whole numbers from 0 to 255" : "0 and 1, or 0 and 255"}` +
      `, or probabilities from 0 to 1: current value is ${data[place]}`,
  );
}

/** A loop, as `Uint8Array.from` with a function takes ten times as long for a volume. */
function toMask(data: NumberArray): Uint8Array {
  const mask = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) mask[i] = data[i] === 0 ? 0 : 1;
  return mask;
}

function isProbability(value: number): boolean {
  return value >= 0 && value <= 1;
}

function labelTest(data: NumberArray, labels: "binary" | "any"): (value: number) => boolean {
  if (labels === "any") return (value) => Number.isInteger(value) && value >= 0 && value <= 255;
  const tumor = data.includes(255) ? 255 : 1;
  return (value) => value === 0 || value === tumor;
}
