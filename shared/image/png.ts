/**
 * PNG files to slices.
 *
 * @module
 */

import { convertIndexedToRgb, decode } from "fast-png";
import type { PixelData, Slice } from "../volume.ts";
import { ImageFormatError } from "./image_error.ts";
import { inflate } from "./inflate.ts";
import { type PngHeader, readPngHeader } from "./png_header.ts";
import { stretchBits, unpackBits } from "./unpack_bits.ts";
import { joinedBytes } from "../joined_bytes.ts";

/**
 * A PNG as a slice: 16-bit samples give a `Uint16Array`, all others a `Uint8Array` (gray of fewer bits is stretched to
 * 0..255). A palette becomes RGB, transparency is dropped, gray stays one channel.
 *
 * @throws {ImageFormatError} when the file is cut short, its pixels are not as many as its header says, or it is
 *   interlaced with fewer than 8 bits.
 * @throws {Error} whatever the decoder throws on corrupt data.
 */
export async function decodePng(bytes: Uint8Array): Promise<Slice> {
  const header = readPngHeader(bytes);
  const { width, height, depth, colorType, channels } = header;
  if (header.interlaced && depth < 8) {
    throw new ImageFormatError(
      `Cannot decode the PNG as an interlaced one must have 8 or 16 bits: current value is ${depth}`,
    );
  }
  const chunks = readCriticalChunks(bytes);
  await assertInflatedLength(chunks.filter(({ type }) => type === "IDAT"), rawLength(header));
  const image = decode(joinedBytes([bytes.subarray(0, 8), ...chunks.map(({ whole }) => whole)]), {
    checkCrc: true,
  });
  if (colorType === 3) return { data: convertIndexedToRgb(image), height, width, channels };
  const samples = image.data as Uint8Array | Uint16Array;
  const data = depth < 8
    ? stretchBits(unpackBits(samples as Uint8Array, height, width, depth), depth)
    : dropTransparency(samples, image.channels, channels);
  return { data, height, width, channels };
}

/** Chunks that a file may have; empty ones take twelve bytes of it, and more of memory. */
const maxChunks = 2 ** 16;

interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
  /** The data with the length and type before it and the checksum after it. */
  readonly whole: Uint8Array;
}

/**
 * The chunks that make up the picture. All others stay out of the decoder's sight: one of them may hold a color
 * profile that inflates without limit.
 */
function readCriticalChunks(bytes: Uint8Array): Chunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: Chunk[] = [];
  let count = 0;
  for (let start = 8; chunks.at(-1)?.type !== "IEND";) {
    const length = start + 12 <= bytes.length ? view.getUint32(start) : Infinity;
    const end = start + 12 + length;
    if (++count > maxChunks) {
      throw new ImageFormatError(
        `Cannot decode the PNG as it must have at most ${maxChunks} chunks: current value is more`,
      );
    }
    if (end > bytes.length) {
      throw new ImageFormatError("Cannot decode the PNG as it must not end before its IEND chunk");
    }
    const type = String.fromCharCode(...bytes.subarray(start + 4, start + 8));
    // The decoder would follow the last one, whose size nobody has looked at.
    if (type === "IHDR" && chunks.length > 0) {
      throw new ImageFormatError(
        "Cannot decode the PNG as it must have one IHDR chunk, not several",
      );
    }
    if (["IHDR", "PLTE", "IDAT", "IEND"].includes(type)) {
      const data = bytes.subarray(start + 8, end - 4);
      chunks.push({ type, data, whole: bytes.subarray(start, end) });
    }
    start = end;
  }
  return chunks;
}

/** Bytes of a picture before compression: its rows, each after a byte that names its filter. */
function rawLength({ width, height, depth, colorType, interlaced }: PngHeader): number {
  const samples = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }[colorType];
  const rows = (columns: number, rows: number) =>
    columns * rows === 0 ? 0 : rows * (1 + Math.ceil(columns * samples * depth / 8));
  if (!interlaced) return rows(width, height);
  // Adam7: seven passes, each with its first column and row and its steps between them.
  const passes = [
    [0, 0, 8, 8],
    [4, 0, 8, 8],
    [0, 4, 4, 8],
    [2, 0, 4, 4],
    [0, 2, 2, 4],
    [1, 0, 2, 2],
    [0, 1, 1, 2],
  ];
  return passes.reduce(
    (sum, [x, y, dx, dy]) => sum + rows(Math.ceil((width - x) / dx), Math.ceil((height - y) / dy)),
    0,
  );
}

/** Inflates one byte more than the picture needs, which is enough to know, and not 250 MB out of 249 KB. */
async function assertInflatedLength(parts: readonly Chunk[], expected: number): Promise<void> {
  const { length } = await inflate(parts.map(({ data }) => data), expected + 1);
  if (length === expected) return;
  throw new ImageFormatError(
    `Cannot decode the PNG as its pixels must be ${expected} bytes: current value is ${
      length > expected ? "more" : length
    }`,
  );
}

/** The first `kept` of each pixel's samples. */
function dropTransparency<Data extends PixelData>(samples: Data, all: number, kept: number): Data {
  if (all === kept) return samples;
  return samples.filter((_, index) => index % all < kept) as Data;
}
