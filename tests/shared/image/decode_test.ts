import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import test from "node:test";
import {
  decodeImage,
  decodeMask,
  ImageFormatError,
  ImageTooLargeError,
} from "../../../shared/image/decode.ts";
import { encodePng } from "../../../shared/image/encode_png.ts";
import type { PixelData } from "../../../shared/volume.ts";
import { readFixture } from "../repository.ts";

const crop = readFixture("crop.rgb");
const gray = crop.filter((_, index) => index % 3 === 1);
/** How the 16-bit fixtures were made: both bytes of a value differ. */
const wide = Uint16Array.from(crop, (value) => 256 * value + 255 - value);

/** The pixels that each file must give, to the last bit, and in this type. */
const exact: [name: string, pixels: PixelData, channels: number][] = [
  ["crop_big_endian.tif", crop, 3],
  ["crop_lzw.tif", crop, 3],
  ["crop_lzw_predictor.tif", crop, 3],
  ["crop_deflate_predictor.tif", crop, 3],
  ["crop_packbits.tif", crop, 3],
  ["crop_tiled.tif", crop, 3],
  ["crop_planar.tif", crop, 3],
  ["crop_bigtiff.tif", crop, 3],
  ["crop_bigtiff_big_endian.tif", crop, 3],
  ["crop_alpha.tif", crop, 3],
  ["crop_two_pages.tif", crop, 3],
  ["crop_16_bit.tif", wide, 3],
  ["crop_16_bit_big_endian.tif", wide, 3],
  ["crop_float.tif", Float32Array.from(crop, (value) => value / 255), 3],
  ["crop_signed.tif", Float32Array.from(crop, (value) => value - 100), 3],
  ["crop_gray.tif", gray, 1],
  ["crop_white_is_zero.tif", gray, 1],
  ["cyclic.tif", gray, 1],
  ["crop_palette.tif", readFixture("crop_palette.rgb"), 3],
  ["mask_1_bit.tif", readFixture("mask.bin").map((value) => 255 * value), 1],
  ["crop.png", crop, 3],
  ["crop_interlaced.png", crop, 3],
  ["crop_alpha.png", crop, 3],
  ["crop_16_bit.png", wide, 3],
  ["crop_gray.png", gray, 1],
  ["crop_gray_alpha.png", gray, 1],
  ["crop_palette.png", readFixture("crop_palette.rgb"), 3],
  ["crop_palette_4_bit.png", readFixture("crop_palette_4_bit.rgb"), 3],
  ["mask_1_bit.png", readFixture("mask.bin").map((value) => 255 * value), 1],
  ["crop_lossless.webp", crop, 3],
  ["crop_alpha.webp", crop, 3],
  ["crop_extended.webp", crop, 3],
  ["crop_lossy.webp", readFixture("crop_lossy.webp.raw"), 3],
];

for (const [name, data, channels] of exact) {
  test(`decodeImage of ${name} gives every pixel exactly`, async () => {
    assert.deepEqual(await decodeImage(readFixture(name)), {
      data,
      height: 40,
      width: 48,
      channels,
    });
  });
}

test("decodeImage gives the same pixels for a whole slice as TIFF, PNG and lossless WebP", async () => {
  const [tiff, png, webp] = await Promise.all(
    ["slice.tif", "slice.png", "slice.webp"].map((name) => decodeImage(readFixture(name))),
  );
  assert.deepEqual([tiff.height, tiff.width, tiff.channels], [256, 256, 3]);
  assert.deepEqual(png, tiff);
  assert.deepEqual(webp, tiff);
});

/** Lossy files: how far from libjpeg's pixels a value may be. Halved colors are smoothed differently. */
for (
  const [name, tolerance] of [["crop.jpg", 4], ["crop_gray.jpg", 2], [
    "crop_progressive.jpg",
    16,
  ]] as const
) {
  test(`decodeImage of ${name} is within ${tolerance} of libjpeg`, async () => {
    const slice = await decodeImage(readFixture(name)), expected = readFixture(`${name}.raw`);
    assert.equal(slice.data.length, expected.length);
    slice.data.forEach((value, i) => assert.ok(Math.abs(value - expected[i]) <= tolerance));
  });
}

test("decodeImage decodes a part of a larger buffer, and leaves it as it was", async () => {
  for (const name of ["crop_deflate_predictor.tif", "crop.png", "crop.jpg", "crop_lossless.webp"]) {
    const bytes = readFixture(name), larger = new Uint8Array(bytes.length + 9).fill(77);
    larger.set(bytes, 5);
    const before = larger.slice();
    const slice = await decodeImage(larger.subarray(5, 5 + bytes.length));
    assert.deepEqual(slice, await decodeImage(bytes));
    assert.deepEqual(larger, before);
  }
});

test("decodeImage decodes a Node Buffer inside a larger one, and leaves it as it was", async () => {
  for (const name of ["crop_lossless.webp", "crop_big_endian.tif", "crop.png", "crop.jpg"]) {
    const bytes = readFixture(name);
    const buffer = Buffer.concat([Buffer.from("before"), bytes]).subarray(6);
    assert.deepEqual(await decodeImage(buffer), await decodeImage(bytes));
    assert.deepEqual(new Uint8Array(buffer), bytes);
  }
});

const files = [
  ...new Set(exact.map(([name]) => name)),
  "crop.jpg",
  "crop_gray.jpg",
  "crop_progressive.jpg",
];

test("decodeImage refuses every file that is cut short, in one sentence", async () => {
  for (const name of files) {
    // Whatever comes after the first page is not needed.
    const bytes = readFixture(name).subarray(0, name === "crop_two_pages.tif" ? 4500 : undefined);
    for (let part = 0; part < 20; part++) {
      const cut = bytes.subarray(0, Math.floor(bytes.length * part / 20));
      await assert.rejects(decodeImage(cut), (error: Error) => {
        assert.ok(error instanceof ImageFormatError, `${name}: ${error}`);
        assert.match(error.message, /^Cannot decode [^\n]+$/);
        return true;
      }, `${name} ${cut.length}`);
    }
  }
});

test("decodeImage decodes or refuses a file with wrong bytes, and throws nothing else", async () => {
  let seed = 1;
  const random = (below: number) => {
    seed = (seed * 1664525 + 1013904223) % 2 ** 32;
    return Math.floor(seed / 2 ** 32 * below);
  };
  for (const name of files) {
    for (let round = 0; round < 25; round++) {
      const bytes = readFixture(name);
      // The header of most files lies in their first bytes, and breaks in more interesting ways.
      for (let i = 0; i < 3; i++) bytes[random(i === 0 ? 300 : bytes.length)] = random(256);
      await decodeImage(bytes, { maxPixels: 2 ** 18 }).catch((error) => {
        assert.ok(
          error instanceof ImageFormatError || error instanceof ImageTooLargeError,
          `${name}: ${error}`,
        );
      });
    }
  }
});

test("decodeImage refuses a file over the limit on bytes without looking into it", async () => {
  await assert.rejects(decodeImage(new Uint8Array(11), { maxBytes: 10 }), {
    name: "ImageTooLargeError",
    message: "Cannot decode the image as its file must have at most 10 bytes: current value is 11",
  });
});

test("decodeImage refuses an image over the limit on pixels, in every format", async () => {
  for (const name of ["crop.png", "crop_lzw.tif", "crop.jpg", "crop_lossy.webp"]) {
    const bytes = readFixture(name);
    await decodeImage(bytes, { maxPixels: 48 * 40 });
    await assert.rejects(decodeImage(bytes, { maxPixels: 48 * 40 - 1 }), ImageTooLargeError);
  }
});

test("decodeImage refuses an image over the limit on channels, in every format", async () => {
  for (const name of ["crop.png", "crop_lzw.tif", "crop.jpg", "crop_lossy.webp"]) {
    const bytes = readFixture(name), { channels } = await decodeImage(bytes);
    await decodeImage(bytes, { maxChannels: channels });
    await assert.rejects(decodeImage(bytes, { maxChannels: channels - 1 }), {
      name: "ImageTooLargeError",
      message: new RegExp(`at most ${channels - 1} channels: current value is ${channels}`),
    });
  }
});

test("decodeImage refuses 69 bytes that claim to be 60000x60000 pixels", async () => {
  const bytes = readFixture("huge.png");
  assert.equal(bytes.length, 69);
  await assert.rejects(decodeImage(bytes), {
    name: "ImageTooLargeError",
    message: "Cannot decode the image as it must have at most 16777216 pixels: " +
      "current size is 60000x60000",
  });
  // Where the limits allow the size, the missing pixels are found before memory is taken for all of them.
  await assert.rejects(decodeImage(bytes, { maxPixels: Infinity }), ImageFormatError);
});

test("decodeImage refuses a small picture whose data inflates to 20 MB", async () => {
  await assert.rejects(decodeImage(readFixture("inflates.png")), {
    name: "ImageFormatError",
    message: "Cannot decode the PNG as its pixels must be 272 bytes: current value is more",
  });
});

test("decodeMask gives zeros and ones for masks of 0 and 255", async () => {
  const expected = { data: readFixture("mask.bin"), shape: [40, 48] };
  for (const name of ["mask.png", "mask.webp", "mask_1_bit.png", "mask_1_bit.tif"]) {
    assert.deepEqual(await decodeMask(readFixture(name)), expected);
  }
});

const grayPng = (...values: number[]) =>
  encodePng({ data: Uint8Array.from(values), height: 1, width: values.length, channels: 1 });

test("decodeMask takes masks of 0 and 1, and of one value", async () => {
  const data = async (...values: number[]) =>
    Array.from((await decodeMask(grayPng(...values))).data);
  assert.deepEqual(await data(0, 1, 1), [0, 1, 1]);
  assert.deepEqual(await data(0, 0), [0, 0]);
  assert.deepEqual(await data(255, 255), [1, 1]);
});

test("decodeMask refuses any other value, and says which and where", async () => {
  await assert.rejects(decodeMask(grayPng(0, 255, 37)), {
    name: "ImageFormatError",
    message: "Cannot read the mask as all its pixels must be 0 or 255 (or all 0 or 1): " +
      "current value is 37 in row 0, column 2",
  });
  await assert.rejects(decodeMask(grayPng(255, 1)), /current value is 1 in row 0, column 1/);
  await assert.rejects(decodeMask(grayPng(2)), /current value is 2 /);
  await assert.rejects(decodeMask(readFixture("slice.png")), ImageFormatError);
});

test("decodeMask refuses channels that disagree", async () => {
  const data = new Uint8Array([0, 0, 0, 255, 255, 0]);
  const png = encodePng({ data, height: 2, width: 1, channels: 3 });
  await assert.rejects(decodeMask(png), /current value is 0 in row 1, column 0/);
});
