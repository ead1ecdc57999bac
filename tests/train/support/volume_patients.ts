/** The sample's patients as hospitals and challenges keep theirs: NIfTI files, and DICOM series. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { encodeDicom } from "../../../shared/dicom/encode.ts";
import { geometryOfSpacing, positionOf, type Vector } from "../../../shared/geometry.ts";
import { encodeNifti, encodeNiftiMask } from "../../../shared/nifti/encode.ts";
import type { NumberType } from "../../../shared/number_type.ts";
import { sequences } from "../../../shared/sequence.ts";
import { type Mask, sliceOf, type Volume } from "../../../shared/volume.ts";

/** Millimetres along [slices, rows, columns] that the files say. */
export const spacing: Vector = [5, 0.9, 0.8];

/** One channel of a volume. */
export function channelOf(volume: Volume, channel: number): Volume {
  const data = volume.data.filter((_: number, i: number) => i % volume.channels === channel);
  return { ...volume, data, channels: 1 };
}

/** Some of a patient's slices. */
export function someSlices(volume: Volume, mask: Mask, from: number, to: number) {
  const { height, width, channels } = volume, size = height * width;
  return {
    volume: {
      ...volume,
      data: volume.data.slice(from * size * channels, to * size * channels),
      slices: to - from,
    },
    mask: { data: mask.data.slice(from * size, to * size), shape: [to - from, height, width] },
  };
}

/** What a file of each sequence is called, after the patient's name. */
export const briefNames = ["t1", "flair", "t1ce"];

/** Writes `folder/PATIENT/PATIENT_t1.nii.gz` and so on; with a mask, `PATIENT_seg.nii.gz`. */
export async function writeNiftiPatient(
  folder: string,
  patient: string,
  volume: Volume,
  mask?: Mask,
  { names = briefNames, dataType }: { names?: readonly string[]; dataType?: NumberType } = {},
): Promise<string> {
  const target = join(folder, patient);
  await mkdir(target, { recursive: true });
  const geometry = geometryOfSpacing([volume.slices, volume.height, volume.width], spacing);
  for (const [channel, name] of names.entries()) {
    const image = channelOf(volume, channel);
    const bytes = await encodeNifti(image, geometry, { dataType });
    await writeFile(join(target, `${patient}_${name}.nii.gz`), bytes);
  }
  if (mask) {
    const path = join(target, `${patient}_seg.nii.gz`);
    await writeFile(path, await encodeNiftiMask(mask, geometry));
  }
  return target;
}

const mrImage = "1.2.840.10008.5.1.4.1.1.4";

/** Writes `folder/PATIENT/flair/` and so on, a file for each slice, from the head down and without endings. */
export async function writeDicomPatient(
  folder: string,
  patient: string,
  volume: Volume,
  names: readonly string[] = briefNames,
): Promise<string> {
  const { slices, height, width } = volume;
  const { affine } = geometryOfSpacing([slices, height, width], spacing);
  for (const [channel, name] of names.entries()) {
    await mkdir(join(folder, patient, name), { recursive: true });
    const image = channelOf(volume, channel);
    for (let index = 0; index < slices; index++) {
      const [x, y, z] = positionOf(affine, [index, 0, 0]),
        instance = `2.25.7.${channel}.${index + 1}`;
      const pixels = Uint16Array.from(sliceOf(image, index).data);
      const bytes = encodeDicom(mrImage, instance, {
        SOPClassUID: ["UI", mrImage],
        SOPInstanceUID: ["UI", instance],
        PatientID: ["LO", patient],
        StudyInstanceUID: ["UI", "2.25.5"],
        SeriesInstanceUID: ["UI", `2.25.6.${channel + 1}`],
        FrameOfReferenceUID: ["UI", "2.25.8"],
        SeriesDescription: ["LO", sequences[channel]],
        Modality: ["CS", "MR"],
        ImagePositionPatient: ["DS", `${-x}\\${-y}\\${z}`],
        ImageOrientationPatient: ["DS", "1\\0\\0\\0\\1\\0"],
        PixelSpacing: ["DS", `${spacing[1]}\\${spacing[2]}`],
        SamplesPerPixel: ["US", [1]],
        PhotometricInterpretation: ["CS", "MONOCHROME2"],
        Rows: ["US", [height]],
        Columns: ["US", [width]],
        BitsAllocated: ["US", [16]],
        BitsStored: ["US", [16]],
        HighBit: ["US", [15]],
        PixelRepresentation: ["US", [0]],
        PixelData: ["OB", new Uint8Array(pixels.buffer)],
      });
      await writeFile(join(folder, patient, name, `IM${slices - index}`), bytes);
    }
  }
  return join(folder, patient);
}
