/** From the files a person drops to a slice, and the reference mask that may come with it. */

/// <reference lib="dom" />

import {
  decodeImage,
  decodeMask,
  type ImageLimits,
  UnknownImageFormatError,
} from "../../shared/image/decode.ts";
import type { Mask } from "../../shared/volume.ts";
import type { OpenedSlice } from "./segmenter.ts";

/** As many pixels as the edge takes, so that both places answer alike. */
const limits = { maxPixels: 1024 ** 2 };

/** What a drop holds. */
export interface OpenedFiles {
  readonly opened?: OpenedSlice;
  readonly reference?: Mask;
}

function isMask({ name }: File): boolean {
  return /_mask\.\w+$/i.test(name);
}

async function decodeFile<Decoded>(
  decode: (bytes: Uint8Array, limits: ImageLimits) => Promise<Decoded>,
  file: File,
): Promise<Decoded> {
  try {
    return await decode(new Uint8Array(await file.arrayBuffer()), limits);
  } catch (error) {
    if (!(error instanceof UnknownImageFormatError)) throw error;
    throw new Error(`${file.name} is not a TIFF, PNG, JPEG or WebP image.`, { cause: error });
  }
}

function atMostOne(files: readonly File[], what: string): File | undefined {
  if (files.length > 1) {
    throw new Error(`Please open one ${what} at a time; these are ${files.length}.`);
  }
  return files[0];
}

/**
 * Opens a slice, a mask (a file whose name ends in `_mask`), or one of each.
 *
 * @throws {Error} when there are several of a kind, or a file cannot be read.
 */
export async function openFiles(files: readonly File[]): Promise<OpenedFiles> {
  const sliceFile = atMostOne(files.filter((file) => !isMask(file)), "slice");
  const maskFile = atMostOne(files.filter(isMask), "mask");
  const opened = sliceFile && {
    name: sliceFile.name,
    slice: await decodeFile(decodeImage, sliceFile),
    file: sliceFile,
  };
  return { opened, reference: maskFile && await decodeFile(decodeMask, maskFile) };
}
