/**
 * The images that outlines are drawn over.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { decodeNifti } from "../../shared/nifti/decode.ts";
import { decodeNpy } from "../../shared/npy.ts";
import type { Volume } from "../../shared/volume.ts";
import { readVolume } from "../data/read_volume.ts";
import type { OutlineFile } from "./outline_files.ts";

/**
 * A patient's images as one volume: slices, a NIfTI, or a `.npy` with the axes [slices, height, width].
 *
 * @throws {Error} when a file is missing, corrupt, or unlike the others.
 */
export async function readImages(files: readonly OutlineFile[]): Promise<Volume> {
  const [{ path }] = files;
  if (/\.nii(\.gz)?$/i.test(path)) return (await decodeNifti(await readFile(path))).volume;
  if (/\.npy$/i.test(path)) return readNpy(await readFile(path));
  const slices = files.map(({ path }, index) => ({ number: index + 1, image: path }));
  return await readVolume({ id: path, folder: dirname(path), slices });
}

function readNpy(bytes: Uint8Array): Volume {
  const { data, shape } = decodeNpy(bytes);
  const [width = 1, height = 1, slices = 1] = shape.toReversed();
  return { data: new Float32Array(data), slices, height, width, channels: 1 };
}
