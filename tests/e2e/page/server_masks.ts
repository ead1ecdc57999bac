/** The masks that the edge gives for what the page has open, asked as any client asks. */

import assert from "node:assert/strict";
import { unzipSync } from "fflate";
import { createClient } from "../../../edge/client.ts";
import { decodeDicomSegmentation } from "../../../shared/dicom/decode_segmentation.ts";
import { joinedBytes } from "../../../shared/joined_bytes.ts";
import { decodeMask } from "../../../shared/image/decode.ts";
import { decodeNiftiMask } from "../../../shared/nifti/decode.ts";
import type { Mask } from "../../../shared/volume.ts";

/** The mask of a slice, as a PNG of it tells. */
export async function sliceOfServer(url: string, slice: Uint8Array, model?: string): Promise<Mask> {
  const headers = { Accept: "image/png" }, query = model ? `?model=${model}` : "";
  const body = slice as Uint8Array<ArrayBuffer>;
  const response = await fetch(`${url}v1/segment${query}`, { method: "POST", headers, body });
  assert.equal(response.status, 200);
  if (model) assert.equal(response.headers.get("x-model")!.split("/")[0], model);
  return await decodeMask(await response.bytes());
}

/** The mask of a whole patient, [slices, height, width], and what the edge warns of. */
export async function volumeOfServer(url: string, files: readonly File[]) {
  const { mask, warnings } = await createClient(url).segmentVolume(files);
  return { mask: await maskIn(mask), warnings };
}

/** The mask in a file, of whichever kind the edge sends. */
async function maskIn(file: File): Promise<Mask> {
  const bytes = await file.bytes();
  if (file.type === "application/gzip") return (await decodeNiftiMask(bytes)).mask;
  if (file.type === "application/dicom") {
    const { data, geometry: { shape } } = decodeDicomSegmentation(bytes);
    return { data: Uint8Array.from(data), shape };
  }
  const slices = await Promise.all(Object.values(unzipSync(bytes)).map((png) => decodeMask(png)));
  const data = joinedBytes(slices.map(({ data }) => data as Uint8Array));
  return { data, shape: [slices.length, ...slices[0].shape] };
}
