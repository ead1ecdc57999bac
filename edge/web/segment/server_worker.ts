/**
 * The worker that asks the edge: reading a whole scan again, packing it and unpacking its mask would keep the page from
 * drawing. A whole scan goes as one NIfTI, whatever it came as: of a DICOM file, nothing but its pixels and its place is sent.
 */

import { geometryOfSpacing } from "../../../shared/geometry.ts";
import { decodeNiftiMask } from "../../../shared/nifti/decode.ts";
import { encodeNifti } from "../../../shared/nifti/encode.ts";
import { sliceOfMask } from "../../../shared/volume.ts";
import { ApiError, type Client, createClient } from "../../client.ts";
import { messageOf } from "../../message_of.ts";
import { kindOf } from "../open/file_kind.ts";
import { readImages } from "../open/read_files.ts";
import type { ReadScan } from "../open/scan.ts";
import type { ServerAnswer, ServerRequest } from "./server_protocol.ts";

interface WorkerScope {
  onmessage: (event: MessageEvent<ServerRequest>) => void;
  postMessage(answer: ServerAnswer, transfer?: Transferable[]): void;
}

const scope = globalThis as unknown as WorkerScope;

function sendSlice(index: number, data: Uint8Array, milliseconds: number): void {
  const mask = data.slice() as Uint8Array<ArrayBuffer>;
  scope.postMessage({ kind: "slice", index, mask, milliseconds }, [mask.buffer]);
}

async function segmentSlice(client: Client, file: File, model?: string): Promise<void> {
  const start = performance.now();
  const { mask } = await client.segment(file, { model });
  sendSlice(0, mask.data, performance.now() - start);
}

/** The scan as a NIfTI; where no file tells a spacing, a voxel is one of its units. */
async function packed({ volume, geometry }: ReadScan): Promise<File> {
  const shape = [volume.slices, volume.height, volume.width] as const;
  const bytes = await encodeNifti(volume, geometry ?? geometryOfSpacing(shape, [1, 1, 1]));
  return new File([bytes as Uint8Array<ArrayBuffer>], "scan.nii.gz");
}

async function segmentScan(client: Client, files: readonly File[], model?: string): Promise<void> {
  const file = await packed(await readImages(files)), start = performance.now();
  const result = await client.segmentVolume(file, {
    model,
    onProgress: ({ done, total }) => scope.postMessage({ kind: "progress", done, total }),
  });
  const { mask } = await decodeNiftiMask(await result.mask.bytes()), [slices] = mask.shape;
  const milliseconds = (performance.now() - start) / slices;
  for (let index = 0; index < slices; index++) {
    sendSlice(index, sliceOfMask(mask, index).data, milliseconds);
  }
}

function failureOf(error: unknown): ServerAnswer {
  const status = error instanceof ApiError ? error.status : undefined;
  return { kind: "failed", message: messageOf(error), status };
}

scope.onmessage = async ({ data: { url, token, model, files } }) => {
  const headers = token ? { Authorization: `Bearer ${token}` } : undefined;
  const unreachable = (error: unknown) => {
    throw new Error("The server this page came from cannot be reached.", { cause: error });
  };
  const client = createClient(url, {
    headers,
    fetch: (input, init) => fetch(input, init).catch(unreachable),
  });
  try {
    const lone = files.length === 1 && await kindOf(files[0]) === "image";
    await (lone ? segmentSlice(client, files[0], model) : segmentScan(client, files, model));
    scope.postMessage({ kind: "done" });
  } catch (error) {
    scope.postMessage(failureOf(error));
  }
};
