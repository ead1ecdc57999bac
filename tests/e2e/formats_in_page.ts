/** What formats_test.ts runs in a page and in Deno: files in, the same numbers and files out. */
import { decodeDicomSeries } from "../../shared/dicom/decode.ts";
import { encodeDicomSegmentation } from "../../shared/dicom/segmentation.ts";
import { decodeNifti } from "../../shared/nifti/decode.ts";
import { encodeNiftiMask } from "../../shared/nifti/encode.ts";
import { decodeNpy } from "../../shared/npy.ts";

/** Files by what they are; bytes as plain numbers, which travel to a page and back. */
export interface FormatFiles {
  readonly nifti: readonly number[][];
  readonly dicom: readonly number[][][];
  readonly npy: readonly number[][];
}

/** Voxels and places of each file, and masks written for it. */
export async function readAndWrite({ nifti, dicom, npy }: FormatFiles) {
  const results: unknown[] = [];
  for (const file of nifti) {
    const { volume, geometry } = await decodeNifti(new Uint8Array(file));
    const mask = {
      data: new Uint8Array(volume.data.length / volume.channels),
      shape: geometry.shape,
    };
    const written = await encodeNiftiMask(mask, geometry, { gzip: false });
    const again = await decodeNifti(await encodeNiftiMask(mask, geometry));
    results.push([...volume.data], geometry, [...written], again.geometry);
  }
  for (const files of dicom) {
    const { volume, geometry } = decodeDicomSeries(files.map((file) => new Uint8Array(file)));
    const data = Uint8Array.from(volume.data, (value) => value > 20 ? 1 : 0);
    let made = 0;
    const written = encodeDicomSegmentation({ data, shape: geometry.shape }, geometry, {
      date: new Date(0),
      createUid: () => `2.25.${++made}`,
    });
    results.push([...volume.data], geometry.affine, [...written]);
  }
  for (const file of npy) {
    const { data, shape } = decodeNpy(new Uint8Array(file));
    results.push([...data], shape);
  }
  return results;
}
