/**
 * A volume's mask as a file in the space of what was sent.
 *
 * @module
 */

import { zipSync } from "fflate";
import { encodeDicomSegmentation } from "../../shared/dicom/segmentation.ts";
import { deflateMaskPng } from "../png/deflate_png.ts";
import { encodeNiftiMask } from "../../shared/nifti/encode.ts";
import { type Mask, sliceOfMask } from "../../shared/volume.ts";
import { maskTypes } from "./answer_forms.ts";
import type { ReadVolume } from "./read_volume.ts";

/** A file as it is sent. */
export interface MaskFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * The mask's file: a NIfTI with the affine of the one that was sent; a DICOM-SEG for a DICOM series; a zip of one PNG
 * for each slice where slices were sent, named like them.
 *
 * @param mask Shape [slices, height, width].
 * @param model Name and version of the model that drew it.
 */
export async function maskFileOf(
  mask: Mask,
  read: ReadVolume,
  model: string,
): Promise<MaskFile> {
  const { geometry, sliceNames, name } = read;
  if (geometry && "frames" in geometry) {
    const algorithm = `Gliomap ${model}`;
    const bytes = encodeDicomSegmentation(mask, geometry, { algorithm });
    return {
      name: `${name}_mask.dcm`,
      type: maskTypes.dicom,
      bytes: bytes as Uint8Array<ArrayBuffer>,
    };
  }
  if (geometry) {
    const bytes = await encodeNiftiMask(mask, geometry) as Uint8Array<ArrayBuffer>;
    return { name: `${name}_mask.nii.gz`, type: maskTypes.nifti, bytes };
  }
  const files = sliceNames.map((slice, index) =>
    [`${slice}_mask.png`, deflateMaskPng(sliceOfMask(mask, index))] as const
  );
  // PNGs are compressed already.
  const bytes = zipSync(Object.fromEntries(files), { level: 0 }) as Uint8Array<ArrayBuffer>;
  return { name: `${name}_mask.zip`, type: maskTypes.slices, bytes };
}
