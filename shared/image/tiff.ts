/**
 * TIFF files to slices. No package that was tried is right on all the TIFFs that must be read: geotiff 3.0.5 takes a
 * 16-bit big-endian file with predictor for another picture, without an error.
 *
 * Source: TIFF revision 6.0.
 *
 * @module
 */

import type { NumberArray } from "../number_type.ts";
import type { PixelData, Slice } from "../volume.ts";
import { ImageFormatError } from "./image_error.ts";
import { inflate } from "./inflate.ts";
import { decodeLzw } from "./lzw.ts";
import { decodePackBits } from "./pack_bits.ts";
import { readTiffHeader, type TiffHeader } from "./tiff_header.ts";
import { readSamples, undoDifferences } from "./tiff_samples.ts";
import { stretchBits } from "./unpack_bits.ts";

/**
 * The first image of a TIFF or BigTIFF: strips or tiles, chunky or planar, uncompressed, LZW, deflate or PackBits, with
 * or without horizontal differences. Unsigned samples of up to 8 bits give a `Uint8Array` (fewer bits are stretched to
 * 0..255), of 16 a `Uint16Array`, all others a `Float32Array`. A palette becomes RGB of 8 bits, white-is-zero is turned
 * round, transparency is dropped.
 *
 * @throws {ImageFormatError} when the image is of a kind that is not supported, cut short or corrupt.
 */
export async function decodeTiff(bytes: Uint8Array): Promise<Slice> {
  const header = readTiffHeader(bytes);
  const { width, height, channels, samplesPerPixel, planar } = header;
  // A palette has one sample for its three channels.
  const kept = Math.min(channels, samplesPerPixel);
  const raster = newRaster(header, width * height * kept);
  for (let plane = 0; plane < (planar ? kept : 1); plane++) {
    for (let y = 0; y < height; y += header.blockHeight) {
      for (let x = 0; x < width; x += header.blockWidth) {
        const samples = await readBlock(bytes, header, plane, y, x);
        copyBlock(samples, header, { plane, y, x, kept }, raster);
      }
    }
  }
  return { data: toPixels(raster, header), height, width, channels };
}

function newRaster({ sampleFormat, bitsPerSample }: TiffHeader, length: number): PixelData {
  if (sampleFormat !== 1 || bitsPerSample > 16) return new Float32Array(length);
  return bitsPerSample === 16 ? new Uint16Array(length) : new Uint8Array(length);
}

/** The samples of the strip or tile that starts at row `y` and column `x`. */
async function readBlock(
  bytes: Uint8Array,
  header: TiffHeader,
  plane: number,
  y: number,
  x: number,
): Promise<NumberArray> {
  const { width, height, blockWidth, blockHeight, bitsPerSample } = header;
  const across = Math.ceil(width / blockWidth), down = Math.ceil(height / blockHeight);
  const index = (plane * down + y / blockHeight) * across + x / blockWidth;
  const start = header.offsets[index], end = start + header.byteCounts[index];
  if (end > bytes.length) {
    throw new ImageFormatError(
      "Cannot decode the TIFF as its pixels must lie inside the file: " +
        `current end is ${end} of ${bytes.length} bytes`,
    );
  }
  // A tile is always whole; the last strip ends with the image.
  const rows = header.tiled ? blockHeight : Math.min(blockHeight, height - y);
  const channels = header.planar ? 1 : header.samplesPerPixel, perRow = blockWidth * channels;
  const expected = rows * Math.ceil(perRow * bitsPerSample / 8);
  const raw = await decompress(bytes.subarray(start, end), header.compression, expected);
  if (raw.length < expected) {
    throw new ImageFormatError(
      `Cannot decode the TIFF as a ${
        header.tiled ? "tile" : "strip"
      } must have ${expected} bytes: ` +
        `current value is ${raw.length}`,
    );
  }
  const samples = readSamples(raw, rows, perRow, header);
  if (!header.differences) return samples;
  // Without compression the samples may be the caller's own bytes, which must stay as they are.
  const sums = header.compression === 1 ? samples.slice() : samples;
  undoDifferences(sums, perRow, channels);
  return sums;
}

/** At most the first `expected` bytes of a block. */
function decompress(
  block: Uint8Array,
  compression: number,
  expected: number,
): Uint8Array | Promise<Uint8Array> {
  switch (compression) {
    case 1:
      return block.subarray(0, expected);
    case 5:
      return decodeLzw(block, expected);
    case 32773:
      return decodePackBits(block, expected);
    default:
      return inflate([block], expected);
  }
}

/** Copies what lies within the image from a block to its place. */
function copyBlock(
  samples: NumberArray,
  { width, height, blockWidth, blockHeight, planar, samplesPerPixel }: TiffHeader,
  { plane, y, x, kept }: { plane: number; y: number; x: number; kept: number },
  raster: PixelData,
): void {
  const inBlock = planar ? 1 : samplesPerPixel, copied = planar ? 1 : kept;
  const rows = Math.min(blockHeight, height - y), columns = Math.min(blockWidth, width - x);
  // A strip of nothing but what is kept lies in the raster as it does in the file.
  if (blockWidth === width && inBlock === kept) {
    raster.set(samples.subarray(0, rows * width * kept) as Uint8Array, y * width * kept);
    return;
  }
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const from = (row * blockWidth + column) * inBlock;
      const to = ((y + row) * width + x + column) * kept + plane;
      for (let channel = 0; channel < copied; channel++) {
        raster[to + channel] = samples[from + channel];
      }
    }
  }
}

function toPixels(raster: PixelData, header: TiffHeader): PixelData {
  const { photometric, bitsPerSample, palette } = header;
  if (photometric === 3) return expandPalette(raster, palette, bitsPerSample);
  const pixels = bitsPerSample < 8 && raster instanceof Uint8Array
    ? stretchBits(raster, bitsPerSample)
    : raster;
  return photometric === 0 ? invert(pixels) : pixels;
}

function invert(pixels: PixelData): PixelData {
  if (pixels instanceof Float32Array) {
    throw new ImageFormatError(
      "Cannot decode the TIFF as white-is-zero must come with unsigned samples of at most 16 bits",
    );
  }
  const white = pixels instanceof Uint8Array ? 0xff : 0xffff;
  return pixels.map((value) => white - value);
}

/** Looks every index up in the palette, whose colors have 16 bits; their high bytes stay. */
function expandPalette(indices: PixelData, palette: readonly number[], bits: number): Uint8Array {
  const colors = 2 ** bits;
  if (palette.length !== 3 * colors) {
    throw new ImageFormatError(
      `Cannot decode the TIFF as its palette must have ${
        3 * colors
      } values: current value is ${palette.length}`,
    );
  }
  const rgb = new Uint8Array(3 * indices.length);
  for (let i = 0; i < rgb.length; i++) {
    rgb[i] = palette[indices[Math.floor(i / 3)] + i % 3 * colors] >> 8;
  }
  return rgb;
}
