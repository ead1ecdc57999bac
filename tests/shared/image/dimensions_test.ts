import assert from "node:assert/strict";
import test from "node:test";
import { readDimensions } from "../../../shared/image/dimensions.ts";
import { ImageFormatError, UnknownImageFormatError } from "../../../shared/image/image_error.ts";
import { readFixture } from "../repository.ts";

/** What each file's header says: format, width, height, channels. */
const headers: [name: string, format: string, width: number, height: number, channels: number][] = [
  ["slice.tif", "tiff", 256, 256, 3],
  ["slice.png", "png", 256, 256, 3],
  ["slice.jpg", "jpeg", 256, 256, 3],
  ["slice.webp", "webp", 256, 256, 3],
  ["crop_big_endian.tif", "tiff", 48, 40, 3],
  ["crop_bigtiff.tif", "tiff", 48, 40, 3],
  ["crop_bigtiff_big_endian.tif", "tiff", 48, 40, 3],
  ["crop_tiled.tif", "tiff", 48, 40, 3],
  ["crop_alpha.tif", "tiff", 48, 40, 3],
  ["crop_palette.tif", "tiff", 48, 40, 3],
  ["crop_gray.tif", "tiff", 48, 40, 1],
  ["cyclic.tif", "tiff", 48, 40, 1],
  ["mask_1_bit.tif", "tiff", 48, 40, 1],
  ["crop_palette_4_bit.png", "png", 48, 40, 3],
  ["crop_gray_alpha.png", "png", 48, 40, 1],
  ["huge.png", "png", 60000, 60000, 3],
  ["crop_progressive.jpg", "jpeg", 48, 40, 3],
  ["crop_gray.jpg", "jpeg", 48, 40, 1],
  ["crop_lossless.webp", "webp", 48, 40, 3],
  ["crop_lossy.webp", "webp", 48, 40, 3],
  ["crop_extended.webp", "webp", 48, 40, 3],
];

for (const [name, format, width, height, channels] of headers) {
  test(`readDimensions of ${name}`, () => {
    assert.deepEqual(readDimensions(readFixture(name)), { format, width, height, channels });
  });
}

test("readDimensions reads a part of a larger buffer", () => {
  const png = readFixture("crop.png"), larger = new Uint8Array(png.length + 5);
  larger.set(png, 5);
  assert.equal(readDimensions(larger.subarray(5)).width, 48);
});

test("readDimensions refuses every header that is cut short", () => {
  for (const name of ["crop_big_endian.tif", "crop_bigtiff.tif"]) {
    // The directory of these files follows the first 8 or 16 bytes.
    for (let length = 4; length < 60; length++) {
      const cut = readFixture(name).subarray(0, length);
      assert.throws(() => readDimensions(cut), ImageFormatError, `${name} ${length}`);
    }
  }
  const headers = {
    "crop.png": 28,
    "crop.jpg": 150,
    "crop_lossy.webp": 29,
    "crop_lossless.webp": 24,
  };
  for (const [name, end] of Object.entries(headers)) {
    for (let length = 12; length <= end; length++) {
      const cut = readFixture(name).subarray(0, length);
      assert.throws(() => readDimensions(cut), ImageFormatError, `${name} ${length}`);
    }
  }
});

test("readDimensions says how an unknown file starts", () => {
  assert.throws(() => readDimensions(new TextEncoder().encode("GIF89a")), (error: Error) => {
    assert.ok(error instanceof UnknownImageFormatError && error instanceof ImageFormatError);
    assert.equal(
      error.message,
      "Cannot decode the image as it must be a TIFF, PNG, JPEG or WebP: " +
        "current value starts with the bytes 47 49 46 38 39 61",
    );
    return true;
  });
  assert.throws(() => readDimensions(new Uint8Array(0)), /current value is empty/);
});

/** A copy of a fixture with some bytes replaced. */
function patched(name: string, offset: number, ...values: number[]): Uint8Array {
  const bytes = readFixture(name);
  bytes.set(values, offset);
  return bytes;
}

test("readDimensions refuses an image without pixels", () => {
  const flat = patched("crop.png", 20, 0, 0, 0, 0);
  assert.throws(() => readDimensions(flat), {
    name: "ImageFormatError",
    message: "Cannot decode the image as it must have pixels: current size is 48x0",
  });
});

test("readDimensions refuses a PNG whose color type and depth do not go together", () => {
  assert.throws(() => readDimensions(patched("crop.png", 24, 4)), /current values are 2 and 4/);
  assert.throws(() => readDimensions(patched("crop.png", 25, 5)), /current values are 5 and 8/);
});

test("readDimensions refuses JPEGs of other kinds than baseline and progressive", () => {
  const bytes = readFixture("crop.jpg");
  const frame = bytes.findIndex((byte, i) => byte === 0xff && bytes[i + 1] === 0xc0);
  assert.throws(() => readDimensions(patched("crop.jpg", frame + 1, 0xc3)), /frame type SOF3/);
  assert.throws(() => readDimensions(patched("crop.jpg", frame + 4, 12)), /current value is 12/);
  // Its frame header turned into a comment, the file has none.
  assert.throws(() => readDimensions(patched("crop.jpg", frame + 1, 0xfe)), /a frame header/);
});

test("readDimensions reads a JPEG past fill bytes and markers without length", () => {
  const bytes = readFixture("crop.jpg");
  const padded = new Uint8Array([0xff, 0xd8, 0xff, 0xff, 0xff, 0x01, ...bytes.subarray(2)]);
  assert.equal(readDimensions(padded).width, 48);
});

test("readDimensions refuses an animated WebP, and an unknown first chunk", () => {
  assert.throws(() => readDimensions(readFixture("animated.webp")), /not an animation/);
  assert.throws(() => readDimensions(patched("crop_lossless.webp", 15, 0x4d)), /"VP8M"/);
});
