/** Three slices of a patient, as clients send them: a zip of the files as published, and a tilted NIfTI's geometry. */
import { zipSync } from "fflate";
import type { Affine } from "../../../shared/geometry.ts";
import { decodeImage } from "../../../shared/image/decode.ts";
import { stackSlices } from "../../../shared/stack_slices.ts";
import { readBytes, slicePath } from "./files.ts";

/** The folder of the slices, which their names begin with. */
export const patient = slicePath.split("/").at(-2)!;
/** Of the slices, as the files count them. */
export const numbers = [16, 17, 18];
const pathOf = (number: number) => slicePath.replace("_17.tif", `_${number}.tif`);
/** The files. */
export const slices = await Promise.all(numbers.map((number) => readBytes(pathOf(number))));
/** What is in them. */
export const volume = stackSlices(await Promise.all(slices.map((slice) => decodeImage(slice))));

/** Tilted, so that no axis of it is one of the patient's. */
export const geometry = {
  shape: [3, 256, 256] as const,
  spacing: [5, 1.25, 1] as const,
  affine: [[0, 0.1, -1, 90], [0.1, -1.25, 0, 20], [5, 0.1, 0, -40]] as Affine,
};

/** The slices, with what clients send along. */
export const zip = zipSync(Object.fromEntries([
  ...numbers.map((number, index) => [`${patient}/${patient}_${number}.tif`, slices[index]]),
  [`${patient}/${patient}_17_mask.tif`, await readBytes(slicePath.replace(".tif", "_mask.tif"))],
  ["__MACOSX/._x", new Uint8Array(3)],
  ["LICENSE.txt", new Uint8Array(3)],
  ["Thumbs.db", new Uint8Array(3)],
  [`${patient}/DICOMDIR`, new Uint8Array(3)],
]));
