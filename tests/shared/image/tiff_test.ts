import assert from "node:assert/strict";
import test from "node:test";
import { decodeImage } from "../../../shared/image/decode.ts";
import { readFixture } from "../repository.ts";

/** A value of one of a TIFF's tags: SHORT or LONG. */
type Entry = [tag: number, type: 3 | 4, ...values: number[]];

const [short, long] = [3, 4] as const;

/** A little-endian TIFF with the given tags, and its pixels from byte 8 on. */
function tiff(pixels: number[], entries: Entry[]): Uint8Array {
  const bytes = new Uint8Array(4096), view = new DataView(bytes.buffer);
  bytes.set([0x49, 0x49, 42, 0]);
  bytes.set(pixels, 8);
  let free = 1024;
  const directory = 512;
  view.setUint32(4, directory, true);
  view.setUint16(directory, entries.length, true);
  entries.forEach(([tag, type, ...values], index) => {
    const entry = directory + 2 + 12 * index, size = type === short ? 2 : 4;
    view.setUint16(entry, tag, true);
    view.setUint16(entry + 2, type, true);
    view.setUint32(entry + 4, values.length, true);
    const inside = values.length * size <= 4;
    if (!inside) view.setUint32(entry + 8, free, true);
    values.forEach((value, i) => {
      const at = (inside ? entry + 8 : free) + i * size;
      if (type === short) view.setUint16(at, value, true);
      else view.setUint32(at, value, true);
    });
    if (!inside) free += values.length * size;
  });
  return bytes;
}

/** The tags of a gray image of 8 bits in one strip, some of them replaced or added. */
function grayTags(width: number, height: number, ...changes: Entry[]): Entry[] {
  const entries: Entry[] = [
    [256, short, width],
    [257, short, height],
    [258, short, 8],
    [273, long, 8],
    [279, long, width * height],
  ];
  const changed = new Set(changes.map(([tag]) => tag));
  return [...entries.filter(([tag]) => !changed.has(tag)), ...changes];
}

async function pixelsOf(bytes: Uint8Array): Promise<number[]> {
  return Array.from((await decodeImage(bytes)).data);
}

test("decodeTiff reads an image of the fewest tags", async () => {
  assert.deepEqual(await pixelsOf(tiff([1, 2, 3, 4], grayTags(2, 2))), [1, 2, 3, 4]);
});

test("decodeTiff makes 0 of NaN and of infinity", async () => {
  const pixels = new Uint8Array(new Float32Array([NaN, 7, -Infinity, Infinity]).buffer);
  const tags = grayTags(2, 2, [258, short, 32], [339, short, 3], [279, long, 16]);
  assert.deepEqual(await pixelsOf(tiff([...pixels], tags)), [0, 7, 0, 0]);
});

test("decodeTiff makes 0 of doubles that no float can hold", async () => {
  const pixels = new Uint8Array(new Float64Array([1e39, 7, -1e300, NaN]).buffer);
  const tags = grayTags(2, 2, [258, short, 64], [339, short, 3], [279, long, 32]);
  assert.deepEqual(await pixelsOf(tiff([...pixels], tags)), [0, 7, 0, 0]);
});

test("decodeTiff stretches 2 and 4 bits to 0..255", async () => {
  const two = grayTags(3, 2, [258, short, 2], [279, long, 2]);
  assert.deepEqual(await pixelsOf(tiff([0b00011000, 0b11000100], two)), [0, 85, 170, 255, 0, 85]);
  const four = grayTags(3, 1, [258, short, 4], [279, long, 2]);
  assert.deepEqual(await pixelsOf(tiff([0x0f, 0x80], four)), [0, 255, 136]);
});

test("decodeTiff wraps horizontal differences round, row by row, without touching the file", async () => {
  const bytes = tiff([250, 10, 1, 5, 250, 2], grayTags(3, 2, [317, short, 2]));
  const before = bytes.slice();
  assert.deepEqual(await pixelsOf(bytes), [250, 4, 5, 5, 255, 1]);
  assert.deepEqual(bytes, before);
});

test("decodeTiff takes an unspecified extra sample of a gray image for a channel, alpha not", async () => {
  const tags = (kind: number) =>
    grayTags(1, 2, [277, short, 2], [258, short, 8, 8], [338, short, kind], [279, long, 4]);
  const two = await decodeImage(tiff([1, 2, 3, 4], tags(0)));
  assert.deepEqual([two.channels, ...two.data], [2, 1, 2, 3, 4]);
  const one = await decodeImage(tiff([1, 2, 3, 4], tags(2)));
  assert.deepEqual([one.channels, ...one.data], [1, 1, 3]);
});

const refused: [why: string, entries: Entry[], message: RegExp][] = [
  ["JPEG compression", grayTags(2, 2, [259, short, 7]), /compressed without loss.*compression 7/],
  ["CMYK", grayTags(2, 2, [262, short, 5], [277, short, 4]), /photometric interpretation 5/],
  ["YCbCr", grayTags(2, 2, [262, short, 6], [277, short, 3]), /photometric interpretation 6/],
  ["many samples", grayTags(2, 2, [277, short, 9]), /1 to 4 samples per pixel: current value is 9/],
  ["no samples", grayTags(2, 2, [277, short, 0]), /current value is 0/],
  ["12 bits", grayTags(2, 2, [258, short, 12]), /sample format 1 and 12 bits/],
  ["half floats", grayTags(2, 2, [258, short, 16], [339, short, 3]), /sample format 3 and 16 bits/],
  [
    "mixed bits",
    grayTags(2, 2, [258, short, 8, 16], [277, short, 2]),
    /bits per sample must be the same.*8, 16/,
  ],
  ["floating predictor", grayTags(2, 2, [317, short, 3]), /predictor 3 with 8 bits/],
  ["bits from the lowest", grayTags(2, 2, [266, short, 2]), /filled from the highest/],
  [
    "tiles of no width",
    grayTags(2, 2, [322, short, 0], [323, short, 16], [324, long, 8], [325, long, 4]),
    /current value is 0x16/,
  ],
  [
    "huge tiles",
    grayTags(2, 2, [322, long, 65536], [323, long, 65536], [324, long, 8], [325, long, 4]),
    /65536x65536/,
  ],
  [
    "strips of no rows",
    grayTags(2, 2, [278, short, 0]),
    /strips must fit its size 2x2: current value is 2x0/,
  ],
  [
    "too few strips",
    grayTags(2, 2, [278, short, 1]),
    /each of its 2 strips lies: current value is 1 offsets/,
  ],
  [
    "pixels outside",
    grayTags(2, 2, [273, long, 5000]),
    /must lie inside the file: current end is 5004/,
  ],
  [
    "a strip cut short",
    grayTags(2, 2, [279, long, 3]),
    /strip must have 4 bytes: current value is 3/,
  ],
  [
    "a palette of no colors",
    grayTags(2, 2, [262, short, 3]),
    /palette must have 768 values: current value is 0/,
  ],
  [
    "inverted floats",
    grayTags(1, 1, [262, short, 0], [258, short, 32], [339, short, 3], [279, long, 4]),
    /white-is-zero/,
  ],
];

for (const [why, entries, message] of refused) {
  test(`decodeTiff refuses ${why}`, async () => {
    await assert.rejects(decodeImage(tiff([1, 2, 3, 4], entries)), (error: Error) => {
      assert.equal(error.name, "ImageFormatError");
      assert.match(error.message, message);
      return true;
    });
  });
}

test("decodeTiff refuses a tag that claims more values than the file can hold", async () => {
  const bytes = tiff([1, 2, 3, 4], grayTags(2, 2));
  // The count of the strip offsets, fourth of the entries.
  new DataView(bytes.buffer).setUint32(512 + 2 + 3 * 12 + 4, 0xffffffff, true);
  await assert.rejects(decodeImage(bytes), /tag 273 must have at most 1048576 values/);
});

test("decodeTiff refuses LZW data that names a string before it exists", async () => {
  // Clear, then code 300.
  const codes = [0b10000000, 0b01001011, 0b00000000];
  const tags = grayTags(2, 2, [259, short, 5], [279, long, 3]);
  await assert.rejects(
    decodeImage(tiff(codes, tags)),
    /LZW code must be at most 258: current value is 300/,
  );
});

test("decodeTiff refuses deflate data with a wrong byte", async () => {
  const bytes = readFixture("crop_deflate_predictor.tif");
  bytes[bytes.length >> 1] ^= 0xff;
  await assert.rejects(decodeImage(bytes), { name: "ImageFormatError" });
});
