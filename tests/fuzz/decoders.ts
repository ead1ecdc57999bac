/** The decoders, as they are called in line. */

import { readOnnxMetadata } from "../../shared/inference/onnx_metadata.ts";
import { createDecodingSession } from "../../edge/decoding/session.ts";
import { defaultLimits } from "../../edge/limits.ts";
import { decodeImage } from "../../shared/image/decode.ts";
import { parseModelCard } from "../../shared/parse_model_card.ts";
import { decodeNifti } from "../../shared/nifti/decode.ts";
import { decodeNpy } from "../../shared/npy.ts";
import { importWeights } from "../../train/export/import_weights.ts";
import { readBytes } from "../edge/support/files.ts";
import type { Kind } from "./seeds.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const session = createDecodingSession();
const card = parseModelCard(
  new TextDecoder().decode(await readBytes("edge/models/preview/card.json")),
);
const { maxPixels, maxBodyBytes: maxBytes } = defaultLimits;

function bodyOf(bytes: Bytes) {
  return { bytes, contentType: "", contentEncoding: "" };
}

function decodeVolume(bytes: Bytes) {
  return session.answer({ kind: "volume", body: bodyOf(bytes), card, limits: defaultLimits });
}

function decodeSlice(bytes: Bytes) {
  return decodeImage(bytes, { maxPixels });
}

/** Reads an infer request. @param headerLength Where its JSON ends. */
export function readTensor(bytes: Bytes, headerLength: number) {
  const body = bodyOf(bytes);
  return session.answer({ kind: "tensor", body, headerLength: `${headerLength}`, maxBytes });
}

/** Reads the form of two masks. */
export function readMasks(bytes: Bytes, contentType: string) {
  const body = { bytes, contentType, contentEncoding: "" };
  return session.answer({ kind: "masks", body, limits: defaultLimits });
}

/** Reads an infer request whose JSON is compressed. */
export function readGzippedTensor(bytes: Bytes) {
  const body = { bytes, contentType: "", contentEncoding: "gzip" };
  return session.answer({ kind: "tensor", body, maxBytes });
}

/** Who reads each kind of file. */
export const decoders: Readonly<Record<Kind, (bytes: Bytes) => unknown>> = {
  tiff: decodeSlice,
  png: decodeSlice,
  jpeg: decodeSlice,
  webp: decodeSlice,
  nifti: (bytes) => decodeNifti(bytes, { maxValues: defaultLimits.maxValues }),
  dicom: decodeVolume,
  zip: decodeVolume,
  tensor: (bytes) => readTensor(bytes, bytes.indexOf(10) + 1),
  npy: decodeNpy,
  safetensors: importWeights,
  onnx: readOnnxMetadata,
};

/** What an error's message must never hold: where code or files lie, or how it came about. */
const insides =
  /\bat \S+:\d+|file:\/\/|node_modules|\.ts\b|\n|is not a function|of undefined|of null/;

/**
 * What is wrong with how a decoder refuses a file; nothing where it decodes it, or refuses it as it should.
 */
export async function findFault(kind: Kind, bytes: Bytes): Promise<string | undefined> {
  try {
    await decoders[kind](bytes.slice());
  } catch (error) {
    if (!(error instanceof Error)) return `threw ${error}`;
    return faultOf(error.message);
  }
}

/** What is wrong with a message, if anything. */
export function faultOf(message: string): string | undefined {
  if (insides.test(message)) return `tells of its insides: ${message.slice(0, 300)}`;
  if (message.length > 600) return `says too much: ${message.slice(0, 300)}`;
  if (message.length < 10) return `says too little: ${message}`;
}
