/**
 * From an uploaded file to pixels, with the HTTP status of everything that can be wrong with it.
 *
 * @module
 */

import { decodeImage, decodeMask, type ImageLimits } from "../../shared/image/decode.ts";
import { ImageTooLargeError, UnknownImageFormatError } from "../../shared/image/image_error.ts";
import type { Mask, Slice } from "../../shared/volume.ts";
import { requestError } from "../errors.ts";
import { messageOf } from "../message_of.ts";
import type { Upload } from "./upload.ts";

const imageTypes: readonly string[] = ["image/tiff", "image/png", "image/jpeg", "image/webp"];

/**
 * The slice in an upload. The bytes decide its format, whatever type was declared.
 *
 * @throws {HTTPException} 413 for too many pixels; 415 for bytes of no supported format that nobody said
 * were one; 400 for a broken image.
 */
export function decodeSlice(upload: Upload, limits: ImageLimits): Promise<Slice> {
  return decodeWith(decodeImage, upload, limits);
}

/**
 * The mask in an upload: an image of nothing but 0 and 255, or 0 and 1.
 *
 * @throws {HTTPException} as {@linkcode decodeSlice}; 400 for an image that is not a mask.
 */
export function decodeUploadedMask(upload: Upload, limits: ImageLimits): Promise<Mask> {
  return decodeWith(decodeMask, upload, limits);
}

async function decodeWith<Decoded>(
  decode: (bytes: Uint8Array, limits: ImageLimits) => Promise<Decoded>,
  { bytes, type }: Upload,
  limits: ImageLimits,
): Promise<Decoded> {
  try {
    return await decode(bytes, limits);
  } catch (error) {
    const message = messageOf(error);
    if (error instanceof ImageTooLargeError) throw requestError(413, message, error);
    if (error instanceof UnknownImageFormatError && !imageTypes.includes(type)) {
      throw requestError(415, message, error);
    }
    throw requestError(400, message, error);
  }
}
