/**
 * Decodes what it is asked for, wherever it runs: in a thread of its own, or in line where a platform has none.
 *
 * @module
 */

import { requestError } from "../errors.ts";
import { maskFileOf } from "../volume/mask_file.ts";
import { type ReadVolume, readVolume } from "../volume/read_volume.ts";
import { readVolumeFiles } from "../volume/read_volume_files.ts";
import { decodeSlice, decodeUploadedMask } from "./decode_upload.ts";
import { inflateBody } from "./inflate_body.ts";
import type {
  DecodeRequest,
  DecodeResults,
  MaskFileRequest,
  MasksRequest,
  SliceRequest,
  TensorRequest,
  VolumeRequest,
} from "./protocol.ts";
import { readFormFiles, readUpload } from "./upload.ts";

/** Takes requests. */
export interface DecodingSession {
  /** @throws {HTTPException} with what is wrong with the request. */
  answer(request: DecodeRequest): Promise<DecodeResults[keyof DecodeResults]>;
}

/** Makes a session; it holds the last patient it has read. */
export function createDecodingSession(): DecodingSession {
  let held: ReadVolume | undefined;

  async function openVolume({ body, card, limits }: VolumeRequest): Promise<ReadVolume> {
    held = await readVolume(await readVolumeFiles(body, limits), card, limits);
    return withoutFrames(held);
  }

  async function writeMask({ mask, model }: MaskFileRequest) {
    if (!held) throw requestError(400, "Cannot write a mask as no volume has been read");
    return await maskFileOf(mask, held, model);
  }

  return {
    async answer(request) {
      switch (request.kind) {
        case "slice":
          return await readSlice(request);
        case "masks":
          return await readMasks(request);
        case "tensor":
          return await readTensor(request);
        case "volume":
          return await openVolume(request);
        case "maskFile":
          return await writeMask(request);
      }
    },
  };
}

async function readSlice({ body, limits }: SliceRequest) {
  return await decodeSlice(await readUpload(body, "image"), limits);
}

async function readMasks({ body, limits }: MasksRequest) {
  const [prediction, reference] = await readFormFiles(body, ["prediction", "reference"]);
  return [
    await decodeUploadedMask(prediction, limits),
    await decodeUploadedMask(reference, limits),
  ] as const;
}

async function readTensor({ body, headerLength, maxBytes }: TensorRequest) {
  // Checking the JSON takes a large library, which slices do without.
  const { readInference } = await import("../open_inference/read_request.ts");
  return readInference(await inflateBody(body, maxBytes), headerLength);
}

/** The frames of a DICOM series are all its files once more, and stay here. */
function withoutFrames(read: ReadVolume): ReadVolume {
  if (!read.geometry || !("frames" in read.geometry)) return read;
  const { shape, spacing, affine } = read.geometry;
  return { ...read, geometry: { shape, spacing, affine } };
}
