import assert from "node:assert/strict";
import test from "node:test";
import { convertIndexedToRgb, decode } from "fast-png";
import { deflateMaskPng, deflatePng } from "../../../edge/png/deflate_png.ts";
import { decodeImage, decodeMask } from "../../../shared/image/decode.ts";
import { encodePng } from "../../../shared/image/encode_png.ts";
import { overlay } from "../../../shared/overlay.ts";
import { readFixture } from "../../shared/repository.ts";

/** A slice of many colors. */
function sliceOf(height: number, width: number, channels: number) {
  const data = Uint8Array.from(
    { length: height * width * channels },
    (_, i) => (i * 31 + (i >> 8) * 17) % 251,
  );
  return { data, height, width, channels };
}

for (const [height, width, channels] of [[1, 1, 1], [3, 5, 1], [257, 255, 3]]) {
  test(`deflatePng() writes ${width}x${height} of ${channels} channels as others read it`, () => {
    const { data } = sliceOf(height, width, channels);
    const png = deflatePng({ data, height, width, channels });
    // Its checksums are checked as well.
    const read = decode(png, { checkCrc: true });
    assert.deepEqual([read.height, read.width, read.channels, read.depth], [
      height,
      width,
      channels,
      8,
    ]);
    assert.deepEqual(new Uint8Array(read.data), data);
  });
}

test("deflatePng() writes few colors as a palette, as others read it", () => {
  const { data, ...size } = sliceOf(5, 3, 3);
  const read = decode(deflatePng({ data, ...size }), { checkCrc: true });
  assert.equal(read.palette?.length, 15);
  assert.deepEqual(new Uint8Array(convertIndexedToRgb(read)), data);
});

test("deflatePng() writes an outlined slice in fewer bytes than all of its channels take", async () => {
  const slice = await decodeImage(readFixture("slice.tif"));
  const data = new Uint8Array(slice.height * slice.width).fill(1, 20_000, 20_100);
  const drawn = overlay(slice, { prediction: { data, shape: [slice.height, slice.width] } });
  const png = deflatePng(drawn);
  assert.deepEqual(await decodeImage(png), drawn);
  assert.ok(png.length < 0.8 * encodePng(drawn).length);
});

test("deflatePng() gives a real slice back", async () => {
  const slice = await decodeImage(readFixture("slice.png"));
  assert.deepEqual(await decodeImage(deflatePng(slice)), slice);
});

test("deflateMaskPng() gives a mask back", async () => {
  const mask = { data: new Uint8Array([0, 1, 1, 0, 0, 1]), shape: [2, 3] };
  assert.deepEqual(await decodeMask(deflateMaskPng(mask)), mask);
});

test("deflatePng() refuses what it cannot write", () => {
  const size = { height: 1, width: 2 };
  for (
    const slice of [
      { ...size, data: new Uint16Array(2), channels: 1 },
      { ...size, data: new Uint8Array(4), channels: 2 },
      { ...size, data: new Uint8Array(3), channels: 1 },
    ]
  ) {
    assert.throws(() => deflatePng(slice), TypeError);
  }
});
