/**
 * The first image file directory of a TIFF: numbers by tag. Further directories (pages, reduced copies) are never looked
 * at, so a file whose directories go round in a circle is no trap.
 *
 * Source: TIFF revision 6.0, section 2; BigTIFF as libtiff documents it.
 *
 * @module
 */

import { ImageFormatError } from "./image_error.ts";

/** The tags that matter here, by number. */
export const tags = {
  width: 256,
  height: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  stripOffsets: 273,
  samplesPerPixel: 277,
  rowsPerStrip: 278,
  stripByteCounts: 279,
  planarConfiguration: 284,
  predictor: 317,
  colorMap: 320,
  tileWidth: 322,
  tileHeight: 323,
  tileOffsets: 324,
  tileByteCounts: 325,
  extraSamples: 338,
  sampleFormat: 339,
} as const;

/** More strips or tiles than any image within the limits has. */
const maxValues = 2 ** 20;

/** The whole numbers that the first directory holds, by tag, and the byte order that all of the file is in. */
export interface TiffDirectory {
  readonly littleEndian: boolean;
  /** The values of a tag; none where the directory does not have it. */
  values(tag: number): readonly number[];
}

/** Bytes of one value by the field types that hold whole numbers: BYTE, SHORT, LONG and BigTIFF's LONG8. */
const valueSizes: Readonly<Record<number, number>> = { 1: 1, 3: 2, 4: 4, 16: 8 };

/**
 * Reads the first directory of a TIFF or BigTIFF of either byte order.
 *
 * @throws {ImageFormatError} when a tag has values outside the file, or too many of them.
 * @throws {RangeError} when the bytes end before the directory does.
 */
export function readTiffDirectory(bytes: Uint8Array): TiffDirectory {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const littleEndian = view.getUint8(0) === 0x49, big = view.getUint16(2, littleEndian) === 43;
  const read = (size: number, offset: number) => readUint(view, size, offset, littleEndian);
  const start = big ? read(8, 8) : read(4, 4);
  const entries = big ? read(8, start) : read(2, start);
  const [countBytes, valueOffset, entryBytes] = big ? [8, 12, 20] : [4, 8, 12];
  const wanted = new Set<number>(Object.values(tags)), found = new Map<number, number[]>();
  for (let i = 0; i < entries; i++) {
    const entry = start + (big ? 8 : 2) + i * entryBytes;
    const tag = read(2, entry), size = valueSizes[read(2, entry + 2)];
    if (!wanted.has(tag) || size === undefined || found.has(tag)) continue;
    const count = read(countBytes, entry + 4);
    const inside = count * size <= entryBytes - valueOffset;
    const first = inside ? entry + valueOffset : read(countBytes, entry + valueOffset);
    assertCount(tag, count, first + count * size, bytes.length);
    found.set(
      tag,
      Array.from({ length: count }, (_, index) => read(size, first + index * size)),
    );
  }
  return { littleEndian, values: (tag) => found.get(tag) ?? [] };
}

/** A count is a claim, and must be believable before that many values are read. */
function assertCount(tag: number, count: number, end: number, length: number): void {
  if (end <= length && count <= maxValues) return;
  throw new ImageFormatError(
    `Cannot decode the TIFF as its tag ${tag} must have at most ${maxValues} values, which end before the ` +
      `file does at ${length}: current values are ${count} and ${end}`,
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
