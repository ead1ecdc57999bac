/**
 * A patient's images without the masks, to be segmented.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { decodeImage } from "../../shared/image/decode.ts";
import type { PixelData, Slice, Volume } from "../../shared/volume.ts";
import { DatasetError } from "./dataset.ts";
import type { PatientFiles } from "./patient_files.ts";
import { readSequences } from "./read_sequences.ts";

/**
 * Decodes an image file.
 *
 * @throws {Error} naming the file, when it is missing or corrupt.
 */
export async function readSlice(file: string): Promise<Slice> {
  try {
    return await decodeImage(await readFile(file));
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * Reads a patient's images as one volume; masks are not looked at.
 *
 * @throws {DatasetError} when an image is missing, corrupt, or unlike the first in size, channels or bits.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { listPatient } from "./patient_files.ts";
 * const { found } = await listPatient("train/sample/TCGA_CS_4943_20000902");
 * const { slices, height, width, channels } = await readVolume(found);
 * assert.deepEqual([slices, height, width, channels], [20, 256, 256, 3]);
 * ```
 */
export async function readVolume(
  { folder, slices: files, volumes }: PatientFiles,
): Promise<Volume> {
  if (volumes) return (await readSequences(volumes)).volume;
  const problems: string[] = [];
  const images = files.map(({ image }) => image).filter((image) => image !== undefined);
  const read = await Promise.all(
    images.map((image) =>
      readSlice(image).catch((error: Error) => void problems.push(error.message))
    ),
  );
  const slices = read.filter((slice) => slice !== undefined);
  if (!images.length) problems.push(`${folder}: holds no images`);
  if (!problems.length) problems.push(...unlikeFirst(images, slices));
  if (problems.length) throw new DatasetError(folder, problems);
  const { height, width, channels } = slices[0];
  return { data: joined(slices), slices: slices.length, height, width, channels };
}

/** The images that do not belong into one array with the first. */
function unlikeFirst(images: readonly string[], slices: readonly Slice[]): string[] {
  const kinds = slices.map(kindOf);
  return images.flatMap((image, index) =>
    kinds[index] === kinds[0]
      ? []
      : [`${image}: is ${kinds[index]}, but ${images[0]} is ${kinds[0]}`]
  );
}

function kindOf({ data, height, width, channels }: Slice): string {
  return `${width} x ${height} pixels with ${channels} channels of ${
    data.BYTES_PER_ELEMENT * 8
  } bits`;
}

function joined(slices: readonly Slice[]): PixelData {
  const { data: first } = slices[0];
  const Data = first.constructor as new (length: number) => PixelData;
  const all = new Data(first.length * slices.length);
  for (const [index, { data }] of slices.entries()) all.set(data, index * first.length);
  return all;
}
