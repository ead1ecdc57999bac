/**
 * TIFF files to slices.
 *
 * @module
 */

import { fromArrayBuffer } from "geotiff";
import type { PixelData, Slice } from "../volume.ts";
import { ImageFormatError } from "./image_error.ts";
import { readTiffHeader, type TiffHeader } from "./tiff_header.ts";

/**
 * The first image of a TIFF or BigTIFF: strips or tiles, chunky or planar, uncompressed, LZW, deflate or PackBits.
 * Samples of up to 8 bits give a `Uint8Array` (fewer bits are stretched to 0..255), of up to 16 a `Uint16Array`,
 * signed and floating ones a `Float32Array`. A palette becomes RGB, white-is-zero is turned round, transparency is
 * dropped.
 *
 * @throws {ImageFormatError} when the header describes an image that is not supported.
 * @throws {Error} whatever the decoder throws on corrupt data.
 */
export async function decodeTiff(bytes: Uint8Array): Promise<Slice> {
  const header = readTiffHeader(bytes);
  const { width, height, channels, photometric, sampleFormat, bitsPerSample } = header;
  const file = await fromArrayBuffer(arrayBufferOf(bytes));
  // The first image only: counting images would follow a circle of directories forever.
  const image = await file.getImage(0);
  if (photometric === 3) {
    const colors = await image.getFileDirectory().loadValue("ColorMap");
    const indices = await image.readRasters({ interleave: true, samples: [0] });
    return { data: expandPalette(indices, colors, bitsPerSample), height, width, channels };
  }
  const samples = Array.from({ length: channels }, (_, channel) => channel);
  const raster = await image.readRasters({ interleave: true, samples });
  const data = toPixelData(raster, header);
  if (photometric === 0) invert(data, sampleFormat);
  return { data, height, width, channels };
}

/** geotiff takes an ArrayBuffer, of which `bytes` may be a part. */
function arrayBufferOf({ buffer, byteOffset, byteLength }: Uint8Array): ArrayBuffer {
  if (buffer instanceof ArrayBuffer && byteOffset === 0 && byteLength === buffer.byteLength) {
    return buffer;
  }
  return new Uint8Array(buffer, byteOffset, byteLength).slice().buffer as ArrayBuffer;
}

type Raster = ArrayLike<number> & Iterable<number>;

function toPixelData(raster: Raster, { sampleFormat, bitsPerSample }: TiffHeader): PixelData {
  if (sampleFormat === 1 && raster instanceof Uint8Array) return stretch(raster, bitsPerSample);
  if (sampleFormat === 1 && raster instanceof Uint16Array) return raster;
  return Float32Array.from(raster);
}

/** Samples of 1, 2 or 4 bits to 0..255, as other programs show them. */
function stretch(data: Uint8Array, bits: number): Uint8Array {
  if (bits < 8) { for (let i = 0; i < data.length; i++) data[i] *= 255 / (2 ** bits - 1); }
  return data;
}

function invert(data: PixelData, sampleFormat: number): void {
  if (sampleFormat !== 1 || data instanceof Float32Array) {
    throw new ImageFormatError(
      "Cannot decode the TIFF as white-is-zero must come with unsigned samples of at most 16 bits",
    );
  }
  const white = data instanceof Uint8Array ? 0xff : 0xffff;
  for (let i = 0; i < data.length; i++) data[i] = white - data[i];
}

/** Colors of 16 bits, all reds first, then greens and blues, looked up for each index; the high bytes stay. */
function expandPalette(indices: Raster, colors: unknown, bits: number): Uint8Array {
  if (!(colors instanceof Uint16Array) || colors.length !== 3 * 2 ** bits) {
    throw new ImageFormatError(
      `Cannot decode the TIFF as its palette must have ${2 ** bits} colors of 16 bits`,
    );
  }
  const rgb = new Uint8Array(3 * indices.length);
  for (let i = 0; i < rgb.length; i++) {
    rgb[i] = colors[indices[Math.floor(i / 3)] + (i % 3) * 2 ** bits] >> 8;
  }
  return rgb;
}
