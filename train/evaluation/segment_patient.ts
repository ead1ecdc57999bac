/**
 * Segments what `deno task segment` was given, one input at a time, and writes what came out.
 *
 * @module
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { encodeDicomSegmentation } from "../../shared/dicom/segmentation.ts";
import { encodePng, maskToPng } from "../../shared/image/encode_png.ts";
import { encodeNiftiMask } from "../../shared/nifti/encode.ts";
import { overlay } from "../../shared/overlay.ts";
import { type Mask, type Slice, sliceOf, sliceOfMask } from "../../shared/volume.ts";
import { type PatientVolume, readSequences } from "../data/read_sequences.ts";
import { readSlice, readVolume } from "../data/read_volume.ts";
import { writeWholeFile } from "../storage/write_whole_file.ts";
import { type LoneSlice, type SegmentInput, sliceName } from "./segment_inputs.ts";
import type { Segmenter } from "./segmentation.ts";

/** Hears of each slice: how many are done, and of how many. */
export type OnSlice = (done: number, total: number) => void;

/**
 * Segments an input and writes its masks and overlays into `out/PATIENT`: `PATIENT_N_mask.png` for each slice;
 * for NIfTI `PATIENT_mask.nii.gz` in the image's own space, for DICOM the DICOM-SEG `PATIENT_mask.dcm`.
 *
 * @returns How many slices there were.
 * @throws {Error} naming the file that is wrong, and in what.
 */
export async function segmentInput(
  segmenter: Segmenter,
  input: SegmentInput,
  out: string,
  onSlice: OnSlice = () => {},
): Promise<number> {
  if (input.kind === "slice") return await segmentLoneSlice(segmenter, input.slice, out);
  const { files } = input;
  const { volumes, folder } = files;
  const read = volumes ? await readSequences(volumes) : { volume: await readVolume(files) };
  const total = read.volume.slices;
  let done = 0;
  const mask = await segmenter.segmentVolume(read.volume, () => onSlice(++done, total))
    .catch(rethrowNaming(folder));
  for (let index = 0; index < total; index++) {
    const image = files.slices[index]?.image;
    const name = image ? sliceName(image) : `${files.id}_${index + 1}`;
    const slice = sliceOf(read.volume, index), drawn = sliceOfMask(mask, index);
    if (image) await writeMask(out, files.id, name, drawn);
    await writeOverlay(out, files.id, name, slice, drawn);
  }
  if ("geometry" in read) await writeVolumeMask(segmenter, read, mask, out, files.id);
  return total;
}

async function segmentLoneSlice(
  segmenter: Segmenter,
  { file, patient, name }: LoneSlice,
  out: string,
): Promise<number> {
  const slice = await readSlice(file);
  const { mask } = await segmenter.segmentSlice(slice).catch(rethrowNaming(file));
  await writeMask(out, patient, name, mask);
  await writeOverlay(out, patient, name, slice, mask);
  return 1;
}

async function writeMask(out: string, patient: string, name: string, mask: Mask): Promise<void> {
  await mkdir(join(out, patient), { recursive: true });
  await writeWholeFile(join(out, patient, `${name}_mask.png`), maskToPng(mask));
}

async function writeOverlay(
  out: string,
  patient: string,
  name: string,
  slice: Slice,
  mask: Mask,
): Promise<void> {
  const overlays = join(out, patient, "overlays");
  await mkdir(overlays, { recursive: true });
  const drawn = encodePng(overlay(slice, { prediction: mask }));
  await writeWholeFile(join(overlays, `${name}.png`), drawn);
}

/** In the space of the image, by the format of the image. */
async function writeVolumeMask(
  { name, version }: Segmenter,
  { geometry }: PatientVolume,
  mask: Mask,
  out: string,
  patient: string,
): Promise<void> {
  const [ending, bytes] = "frames" in geometry
    ? ["dcm", encodeDicomSegmentation(mask, geometry, { algorithm: `${name} ${version}` })]
    : ["nii.gz", await encodeNiftiMask(mask, geometry)];
  await writeWholeFile(join(out, patient, `${patient}_mask.${ending}`), bytes as Uint8Array);
}

/** The model's complaint about its input does not know which file that came from. */
function rethrowNaming(input: string): (error: Error) => never {
  return (error) => {
    throw new Error(`${input}: ${error.message}`, { cause: error });
  };
}
