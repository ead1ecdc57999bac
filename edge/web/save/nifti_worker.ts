/** The worker that writes masks and scans as NIfTI: hundreds of slices take longer than a frame. */

import type { VolumeGeometry } from "../../../shared/geometry.ts";
import type { NiftiGeometry } from "../../../shared/nifti/decode.ts";
import { encodeNifti, encodeNiftiMask } from "../../../shared/nifti/encode.ts";
import { pickChannels } from "../../../shared/sequence.ts";
import type { Mask, Volume } from "../../../shared/volume.ts";
import { serveEncoding } from "./serve_encoding.ts";

/** A mask, or one channel of a scan, and where its voxels lie. */
export type EncodeRequest =
  & {
    readonly geometry: VolumeGeometry | NiftiGeometry;
    /** Whether to compress. */
    readonly gzip: boolean;
  }
  & ({ readonly mask: Mask } | { readonly volume: Volume; readonly channel: number });

serveEncoding<EncodeRequest>(async (request) => {
  const { geometry, gzip } = request;
  return await ("mask" in request
    ? encodeNiftiMask(request.mask, geometry, { gzip })
    : encodeNifti(pickChannels(request.volume, [request.channel]), geometry, { gzip }));
});
