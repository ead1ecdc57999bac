/**
 * PNG files compressed by zlib itself: several times as fast as in JavaScript, most of all where it has not run often
 * yet. A browser has no zlib that can be told to hurry; {@linkcode encodePng} in `shared/image/encode_png.ts` is for it.
 *
 * @module
 */

import crc32 from "crc-32/crc32.js";
import { constants, deflateSync } from "node:zlib";
import { joinedBytes } from "../../shared/joined_bytes.ts";
import { assertFillsShape } from "../../shared/shape.ts";
import type { Mask, Slice } from "../../shared/volume.ts";
import { indexColors } from "./palette.ts";

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Bytes of a chunk beside its data: length, type and checksum. */
const overhead = 12;

/**
 * Repeats of the byte before alone are looked for. Outlined slices become 6 % longer than with zlib's own settings, in
 * a third of the time, and masks, which are runs, 4 %.
 */
const runsAlone = { strategy: constants.Z_RLE };

/** The color types of the PNG specification. */
const colorTypes = { gray: 0, rgb: 2, palette: 3 } as const;

/**
 * An 8-bit slice as a PNG: gray with one channel; with three RGB, or a palette where it has at most 256 colors, as an
 * outline on a gray slice has: a third of the bytes are to be compressed then.
 *
 * Source: W3C, "Portable Network Graphics (PNG) Specification (Third Edition)".
 *
 * @throws {TypeError} when the slice has not 8 bits, or neither one nor three channels.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { decodeImage } from "../../shared/image/decode.ts";
 * const slice = { data: new Uint8Array([1, 2, 3, 4]), height: 2, width: 2, channels: 1 };
 * assert.deepEqual(await decodeImage(deflatePng(slice)), slice);
 * ```
 */
export function deflatePng(slice: Slice): Uint8Array<ArrayBuffer> {
  const { data, height, width, channels } = slice;
  if (!(data instanceof Uint8Array) || channels !== 1 && channels !== 3) {
    throw new TypeError(
      "Cannot encode a PNG as the slice must be a Uint8Array of 1 or 3 channels: " +
        `current value is a ${data.constructor.name} of ${channels}`,
    );
  }
  assertFillsShape("encode a PNG", "slice", { data, shape: [height, width, channels] });
  const indexed = channels === 3 ? indexColors(data) : undefined;
  const { gray, rgb, palette } = colorTypes;
  const colorType = indexed ? palette : channels === 3 ? rgb : gray;
  const rows = indexed
    ? rowsOf(indexed.indices, height, width)
    : rowsOf(data, height, width * channels);
  return joinedBytes([
    new Uint8Array(signature),
    chunk("IHDR", header(width, height, colorType)),
    ...(indexed ? [chunk("PLTE", indexed.palette)] : []),
    chunk("IDAT", deflateSync(rows, runsAlone)),
    chunk("IEND", new Uint8Array()),
  ]);
}

/**
 * A mask [height, width] as a gray PNG: 255 is tumor, 0 is not.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { decodeMask } from "../../shared/image/decode.ts";
 * const mask = { data: new Uint8Array([0, 1]), shape: [1, 2] };
 * assert.deepEqual(await decodeMask(deflateMaskPng(mask)), mask);
 * ```
 */
export function deflateMaskPng({ data, shape: [height, width] }: Mask): Uint8Array<ArrayBuffer> {
  return deflatePng({
    data: data.map((value) => value === 0 ? 0 : 255),
    height,
    width,
    channels: 1,
  });
}

function header(width: number, height: number, colorType: number): Uint8Array {
  const bytes = new Uint8Array(13), view = new DataView(bytes.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  bytes.set([8, colorType], 8);
  return bytes;
}

/** The rows, each after a byte that says that it is not filtered. */
function rowsOf(data: Uint8Array, height: number, length: number): Uint8Array<ArrayBuffer> {
  const rows = new Uint8Array(height * (length + 1));
  for (let row = 0; row < height; row++) {
    rows.set(data.subarray(row * length, (row + 1) * length), row * (length + 1) + 1);
  }
  return rows;
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + overhead), view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  for (let i = 0; i < type.length; i++) bytes[4 + i] = type.charCodeAt(i);
  bytes.set(data, 8);
  view.setInt32(8 + data.length, crc32.buf(bytes.subarray(4, 8 + data.length), 0));
  return bytes;
}
