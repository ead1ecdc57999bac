/** The worker that writes masks as NIfTI: hundreds of slices take longer than a frame. */

import type { VolumeGeometry } from "../../../shared/geometry.ts";
import type { NiftiGeometry } from "../../../shared/nifti/decode.ts";
import { encodeNiftiMask } from "../../../shared/nifti/encode.ts";
import type { Mask } from "../../../shared/volume.ts";

/** A mask and where its voxels lie. */
export interface EncodeRequest {
  readonly mask: Mask;
  readonly geometry: VolumeGeometry | NiftiGeometry;
}

/** The file's bytes, or why there are none. */
export type EncodeAnswer = { readonly file: Uint8Array<ArrayBuffer> } | { readonly error: string };

interface WorkerScope {
  onmessage: (event: MessageEvent<EncodeRequest>) => void;
  postMessage(answer: EncodeAnswer): void;
}

const scope = globalThis as unknown as WorkerScope;

scope.onmessage = async ({ data: { mask, geometry } }) => {
  try {
    const file = await encodeNiftiMask(mask, geometry) as Uint8Array<ArrayBuffer>;
    scope.postMessage({ file });
  } catch (error) {
    scope.postMessage({ error: error instanceof Error ? error.message : String(error) });
  }
};
