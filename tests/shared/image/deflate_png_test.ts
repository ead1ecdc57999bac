import assert from "node:assert/strict";
import test from "node:test";
import { decode } from "fast-png";
import { decodeImage, decodeMask } from "../../../shared/image/decode.ts";
import { deflateMaskPng, deflatePng } from "../../../shared/image/deflate_png.ts";
import { readFixture } from "../repository.ts";

for (const [height, width, channels] of [[1, 1, 1], [3, 5, 1], [5, 3, 3], [257, 255, 3]]) {
  test(`deflatePng() writes ${width}x${height} of ${channels} channels as others read it`, async () => {
    const data = Uint8Array.from({ length: height * width * channels }, (_, i) => i * 31 % 251);
    const png = await deflatePng({ data, height, width, channels });
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

test("deflatePng() gives a real slice back", async () => {
  const slice = await decodeImage(readFixture("slice.png"));
  assert.deepEqual(await decodeImage(await deflatePng(slice)), slice);
});

test("deflateMaskPng() gives a mask back", async () => {
  const mask = { data: new Uint8Array([0, 1, 1, 0, 0, 1]), shape: [2, 3] };
  assert.deepEqual(await decodeMask(await deflateMaskPng(mask)), mask);
});

test("deflatePng() refuses what it cannot write", async () => {
  const size = { height: 1, width: 2 };
  for (
    const slice of [
      { ...size, data: new Uint16Array(2), channels: 1 },
      { ...size, data: new Uint8Array(4), channels: 2 },
      { ...size, data: new Uint8Array(3), channels: 1 },
    ]
  ) {
    await assert.rejects(deflatePng(slice), TypeError);
  }
});
