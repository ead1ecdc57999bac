/**
 * The size and layout of a TIFF, from its first image file directory. Further directories (pages, reduced
 * copies) are never looked at, so a file whose directories go round in a circle is no trap.
 *
 * Source: TIFF revision 6.0 (1992); BigTIFF as libtiff documents it.
 *
 * @module
 */

import { ImageFormatError } from "./image_error.ts";

/** What the first directory of a TIFF says. */
export interface TiffHeader {
  readonly width: number;
  readonly height: number;
  readonly samplesPerPixel: number;
  readonly bitsPerSample: number;
  /** 1 unsigned, 2 signed, 3 floating point. */
  readonly sampleFormat: number;
  /** 0 white is zero, 1 black is zero, 2 RGB, 3 palette, 6 YCbCr. */
  readonly photometric: number;
  /** Width and height of a tile, or of a strip. */
  readonly blockWidth: number;
  readonly blockHeight: number;
  /** Channels of the decoded slice: a palette and YCbCr become RGB, transparency is dropped. */
  readonly channels: number;
}

/** The tags that matter here, by number. */
const tags = {
  width: 256,
  height: 257,
  bitsPerSample: 258,
  photometric: 262,
  samplesPerPixel: 277,
  rowsPerStrip: 278,
  tileWidth: 322,
  tileHeight: 323,
  extraSamples: 338,
  sampleFormat: 339,
} as const;

/** Bytes of one value by field type, from BYTE (1) to DOUBLE (12), then IFD and BigTIFF's three. */
const typeSizes: Readonly<Record<number, number>> = {
  ...{ 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8 },
  ...{ 13: 4, 16: 8, 17: 8, 18: 8 },
};

/** The field types that hold whole numbers from 0: BYTE, SHORT, LONG and LONG8. */
const wholeNumberTypes: readonly number[] = [1, 3, 4, 16];

/** An image may have this many samples for each pixel, far more than MRI has sequences. */
const maxSamples = 16;

/**
 * Reads the first directory of a TIFF or BigTIFF of either byte order.
 *
 * @throws {ImageFormatError} when it does not describe an image that can be decoded.
 * @throws {RangeError} when the bytes end before it does.
 */
export function readTiffHeader(bytes: Uint8Array): TiffHeader {
  const values = readDirectory(bytes);
  const width = values.get(tags.width)?.[0] ?? 0, height = values.get(tags.height)?.[0] ?? 0;
  const samplesPerPixel = values.get(tags.samplesPerPixel)?.[0] ?? 1;
  if (samplesPerPixel < 1 || samplesPerPixel > maxSamples) {
    throw new ImageFormatError(
      `Cannot decode the TIFF as it must have 1 to ${maxSamples} samples per pixel: ` +
        `current value is ${samplesPerPixel}`,
    );
  }
  const photometric = values.get(tags.photometric)?.[0] ?? 1;
  const header = {
    width,
    height,
    samplesPerPixel,
    bitsPerSample: sameForAll("bits per sample", values.get(tags.bitsPerSample) ?? [1]),
    sampleFormat: sameForAll("sample format", values.get(tags.sampleFormat) ?? [1]),
    photometric,
    // A strip is as wide as the image, and the last one ends with it.
    blockWidth: values.get(tags.tileWidth)?.[0] ?? width,
    blockHeight: values.get(tags.tileHeight)?.[0] ??
      Math.min(values.get(tags.rowsPerStrip)?.[0] ?? height, height),
    channels: channelsOf(photometric, samplesPerPixel, values.get(tags.extraSamples) ?? []),
  };
  assertBlocks(header);
  return header;
}

function sameForAll(name: string, values: readonly number[]): number {
  if (values.every((value) => value === values[0])) return values[0];
  throw new ImageFormatError(
    `Cannot decode the TIFF as its ${name} must be the same for every channel: ` +
      `current value is ${values.join(", ")}`,
  );
}

function channelsOf(photometric: number, samples: number, extra: readonly number[]): number {
  switch (photometric) {
    case 0:
    case 1:
      // 1 and 2 mark a sample as transparency; 0 leaves its meaning open, so it is a channel.
      return samples - extra.filter((kind) => kind === 1 || kind === 2).length;
    case 2:
    case 6:
      if (samples >= 3) return 3;
      throw new ImageFormatError(
        `Cannot decode the TIFF as color must have 3 samples per pixel: current value is ${samples}`,
      );
    case 3:
      return 3;
    default:
      throw new ImageFormatError(
        "Cannot decode the TIFF as it must be gray, RGB, palette or YCbCr: " +
          `current value is photometric interpretation ${photometric}`,
      );
  }
}

/** A block of no width would make a reader count tiles forever; a huge one would be allocated whole. */
function assertBlocks({ width, height, blockWidth, blockHeight }: TiffHeader): void {
  const fits = (block: number, side: number) => block >= 1 && block <= Math.max(2 * side, 4096);
  if (width === 0 || height === 0 || (fits(blockWidth, width) && fits(blockHeight, height))) return;
  throw new ImageFormatError(
    `Cannot decode the TIFF as its tiles must fit its size ${width}x${height}: ` +
      `current value is ${blockWidth}x${blockHeight}`,
  );
}

/** The whole-number values of the first directory's tags, by tag. */
function readDirectory(bytes: Uint8Array): Map<number, number[]> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = view.getUint8(0) === 0x49, big = view.getUint16(2, little) === 43;
  const read = (size: number, offset: number) => readUint(view, size, offset, little);
  const start = big ? read(8, 8) : read(4, 4);
  const entries = big ? read(8, start) : read(2, start);
  const [countBytes, valueOffset, entryBytes] = big ? [8, 12, 20] : [4, 8, 12];
  const values = new Map<number, number[]>();
  for (let i = 0; i < entries; i++) {
    const entry = start + (big ? 8 : 2) + i * entryBytes;
    const tag = read(2, entry), type = read(2, entry + 2), count = read(countBytes, entry + 4);
    const size = typeSizes[type] ?? 1;
    const inside = count * size <= entryBytes - valueOffset;
    const first = inside ? entry + valueOffset : read(countBytes, entry + valueOffset);
    assertInFile(tag, first + count * size, bytes.length);
    if (!wholeNumberTypes.includes(type)) continue;
    // More values than samples can have are of no use here, and are not read.
    const length = Math.min(count, maxSamples);
    values.set(tag, Array.from({ length }, (_, index) => read(size, first + index * size)));
  }
  return values;
}

/** A decoder allocates as many values as a tag claims to have, so the claim must be true. */
function assertInFile(tag: number, end: number, length: number): void {
  if (end <= length) return;
  throw new ImageFormatError(
    `Cannot decode the TIFF as the values of its tag ${tag} must lie inside the file of ${length} ` +
      `bytes: current end is ${end}`,
  );
}

function readUint(view: DataView, size: number, offset: number, little: boolean): number {
  switch (size) {
    case 1:
      return view.getUint8(offset);
    case 2:
      return view.getUint16(offset, little);
    case 4:
      return view.getUint32(offset, little);
    default:
      return Number(view.getBigUint64(offset, little));
  }
}
