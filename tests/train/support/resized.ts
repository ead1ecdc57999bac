/** Real patients with slices of other sizes, as other data sets have them. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Mask, Volume } from "../../../shared/volume.ts";
import { findPatients, type Patient, readPatient } from "../../../train/data/dataset.ts";
import { uncompressedTiff } from "../data/tiff.ts";
import { copySlices } from "./sample_copy.ts";
import { withFolder } from "./temporary_folder.ts";

/** Planes of pixels cut to their middle. */
function middle(
  data: Uint8Array,
  { slices, height, width }: Volume,
  channels: number,
  rows: number,
  columns: number,
): Uint8Array {
  const cut = new Uint8Array(slices * rows * columns * channels);
  const top = (height - rows) >> 1, left = (width - columns) >> 1, line = columns * channels;
  for (let row = 0; row < slices * rows; row++) {
    const slice = Math.floor(row / rows), from = slice * height + top + row % rows;
    const start = (from * width + left) * channels;
    cut.set(data.subarray(start, start + line), row * line);
  }
  return cut;
}

/** A patient of 8 bits whose slices are cut to their middle. */
export function resized<T extends { volume: Volume; mask: Mask }>(
  patient: T,
  height: number,
  width: number,
): T {
  const { volume, mask } = patient, { slices, channels } = volume;
  const pixels = middle(volume.data as Uint8Array, volume, channels, height, width);
  const reference = middle(mask.data, volume, 1, height, width);
  return {
    ...patient,
    volume: { ...volume, height, width, data: pixels },
    mask: { data: reference, shape: [slices, height, width] },
  };
}

/** Some slices of a patient of the sample. */
export async function someOf(patient: string, numbers: readonly number[]): Promise<Patient> {
  let read: Patient | undefined;
  await withFolder(async (folder) => {
    await copySlices(folder, patient, numbers);
    read = await readPatient((await findPatients(folder))[0]);
  });
  return read!;
}

/** Writes `folder/PATIENT/PATIENT_1.tif` and so on, with masks. */
export async function writeSlices(folder: string, { id, volume, mask }: Patient): Promise<void> {
  const { slices, height, width, channels } = volume, pixels = height * width;
  await mkdir(join(folder, id), { recursive: true });
  for (let index = 0; index < slices; index++) {
    const image = volume.data.subarray(index * pixels * channels, (index + 1) * pixels * channels);
    const drawn = mask.data.subarray(index * pixels, (index + 1) * pixels).map((v) => v * 255);
    const name = join(folder, id, `${id}_${index + 1}`);
    await writeFile(
      `${name}.tif`,
      uncompressedTiff(image as Uint8Array, height, width, channels as 1 | 3),
    );
    await writeFile(`${name}_mask.tif`, uncompressedTiff(drawn, height, width, 1));
  }
}
