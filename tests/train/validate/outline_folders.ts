/** The masks of a real patient in every format and layout that predictions come in. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { geometryOfSpacing } from "../../../shared/geometry.ts";
import { encodePng, maskToPng } from "../../../shared/image/encode_png.ts";
import { encodeNifti, encodeNiftiMask } from "../../../shared/nifti/encode.ts";
import { encodeNpy } from "../../../shared/npy.ts";
import { type Mask, sliceOfMask } from "../../../shared/volume.ts";
import { findPatients, readPatient } from "../../../train/data/dataset.ts";
import { uncompressedTiff } from "../data/tiff.ts";

/** A patient's reference; of the sample, so it is real. */
export async function referenceOf(id: string): Promise<Mask> {
  const files = (await findPatients("train/sample")).find((patient) => patient.id === id)!;
  return (await readPatient(files)).mask;
}

/** The outline one pixel further to the right: a prediction that is a little wrong. */
export function moved({ data, shape }: Mask): Mask {
  const right = new Uint8Array(data.length);
  right.set(data.subarray(0, -1), 1);
  return { data: right, shape };
}

/** Spacing of what is written as NIfTI. */
export const spacing = [5, 0.9, 0.9] as const;

function geometryOf({ shape: [slices, height, width] }: Mask) {
  return geometryOfSpacing([slices, height, width], [...spacing]);
}

async function write(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
}

/** Ways to write a patient's mask into a folder. */
export const layouts = {
  /** As `segment` writes it. */
  async slices(folder: string, id: string, mask: Mask) {
    for (let index = 0; index < mask.shape[0]; index++) {
      const name = `${id}_${index + 1}_mask.png`;
      await write(join(folder, id, name), maskToPng(sliceOfMask(mask, index)));
    }
  },
  async looseSlices(folder: string, id: string, mask: Mask) {
    for (let index = 0; index < mask.shape[0]; index++) {
      await write(join(folder, `${id}_${index + 1}_mask.png`), maskToPng(sliceOfMask(mask, index)));
    }
  },
  async paddedSlices(folder: string, id: string, mask: Mask) {
    for (let index = 0; index < mask.shape[0]; index++) {
      const name = `${String(index + 1).padStart(3, "0")}.png`;
      await write(join(folder, id, name), maskToPng(sliceOfMask(mask, index)));
    }
  },
  /** As the published references are. */
  async tiffSlices(folder: string, id: string, mask: Mask) {
    const [slices, height, width] = mask.shape;
    for (let index = 0; index < slices; index++) {
      const gray = sliceOfMask(mask, index).data.map((value) => 255 * value);
      const path = join(folder, id, `${id}_${index + 1}_mask.tif`);
      await write(path, uncompressedTiff(gray, height, width, 1));
    }
  },
  async nifti(folder: string, id: string, mask: Mask) {
    await write(join(folder, `${id}.nii.gz`), await encodeNiftiMask(mask, geometryOf(mask)));
  },
  async niftiInFolder(folder: string, id: string, mask: Mask) {
    const bytes = await encodeNiftiMask(mask, geometryOf(mask), { gzip: false });
    await write(join(folder, id, "tumor_seg.nii"), bytes);
  },
  async npy(folder: string, id: string, mask: Mask) {
    await write(join(folder, `${id}.npy`), encodeNpy(mask));
  },
} satisfies Record<string, (folder: string, id: string, mask: Mask) => Promise<void>>;

/** Writes probabilities, which are over 0.5 within the mask. */
export async function writeProbabilities(path: string, mask: Mask): Promise<void> {
  const data = Float32Array.from(mask.data, (value) => value ? 0.75 : 0.125);
  if (path.endsWith(".npy")) return await write(path, encodeNpy({ data, shape: mask.shape }));
  const [slices, height, width] = mask.shape;
  const volume = { data, slices, height, width, channels: 1 };
  await write(path, await encodeNifti(volume, geometryOf(mask)));
}

/** Writes a slice whose pixels are what they are. */
export async function writeGray(path: string, pixels: readonly number[]): Promise<void> {
  const data = Uint8Array.from(pixels);
  await write(path, encodePng({ data, height: 1, width: data.length, channels: 1 }));
}
