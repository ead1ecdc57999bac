/** The worker that writes masks and scans as NIfTI: hundreds of slices take longer than a frame. */

import type { VolumeGeometry } from "../../../shared/geometry.ts";
import type { NiftiGeometry } from "../../../shared/nifti/decode.ts";
import { encodeNifti, encodeNiftiMask } from "../../../shared/nifti/encode.ts";
import type { Mask, Volume } from "../../../shared/volume.ts";

/** A mask, or one channel of a scan, and where its voxels lie. */
export type EncodeRequest =
  & {
    readonly geometry: VolumeGeometry | NiftiGeometry;
    /** Whether to compress. */
    readonly gzip: boolean;
  }
  & ({ readonly mask: Mask } | { readonly volume: Volume; readonly channel: number });

/** The file's bytes, or why there are none. */
export type EncodeAnswer = { readonly file: Uint8Array<ArrayBuffer> } | { readonly error: string };

interface WorkerScope {
  onmessage: (event: MessageEvent<EncodeRequest>) => void;
  postMessage(answer: EncodeAnswer, transfer: Transferable[]): void;
}

const scope = globalThis as unknown as WorkerScope;

function channelOf(volume: Volume, channel: number): Volume {
  if (volume.channels === 1) return volume;
  const { slices, height, width, channels, data } = volume, length = slices * height * width;
  const picked = data.slice(0, length);
  for (let to = 0, from = channel; to < length; to++, from += channels) picked[to] = data[from];
  return { ...volume, data: picked, channels: 1 };
}

async function encode(request: EncodeRequest): Promise<Uint8Array<ArrayBuffer>> {
  const { geometry, gzip } = request;
  const file =
    await ("mask" in request
      ? encodeNiftiMask(request.mask, geometry, { gzip })
      : encodeNifti(channelOf(request.volume, request.channel), geometry, { gzip }));
  return file as Uint8Array<ArrayBuffer>;
}

scope.onmessage = async ({ data }) => {
  try {
    const file = await encode(data);
    scope.postMessage({ file }, [file.buffer]);
  } catch (error) {
    scope.postMessage({ error: error instanceof Error ? error.message : String(error) }, []);
  }
};
