import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { decodeImage, decodeMask } from "../../../shared/image/decode.ts";
import { encodePng, maskToPng } from "../../../shared/image/encode_png.ts";

test("decodeImage gives back any slice that encodePng took", async () => {
  const sizes = fc.tuple(
    fc.integer({ min: 1, max: 9 }),
    fc.integer({ min: 1, max: 9 }),
    fc.constantFrom(1, 3),
  );
  const slices = sizes.chain(([height, width, channels]) => {
    const length = height * width * channels;
    return fc.uint8Array({ minLength: length, maxLength: length })
      .map((data) => ({ data, height, width, channels }));
  });
  await fc.assert(fc.asyncProperty(slices, async (slice) => {
    assert.deepEqual(await decodeImage(encodePng(slice)), slice);
  }));
});

test("maskToPng writes 0 and 255, which decodeMask reads back", async () => {
  const mask = { data: new Uint8Array([1, 0, 0, 1, 1, 0]), shape: [2, 3] };
  assert.deepEqual(await decodeMask(maskToPng(mask)), mask);
  const { data } = await decodeImage(maskToPng(mask));
  assert.deepEqual(data, new Uint8Array([255, 0, 0, 255, 255, 0]));
});

test("encodePng refuses what an 8-bit gray or RGB PNG cannot hold", () => {
  const slice = { data: new Uint8Array(2), height: 1, width: 1, channels: 2 };
  assert.throws(() => encodePng(slice), {
    name: "TypeError",
    message: "Cannot encode a PNG as the slice must have 1 or 3 channels: current value is 2",
  });
  assert.throws(
    () => encodePng({ ...slice, data: new Uint16Array(1), channels: 1 }),
    /Uint16Array/,
  );
  assert.throws(() => encodePng({ ...slice, channels: 3 }), /1x1x3 must hold 3 values/);
});

test("maskToPng refuses a volume", () => {
  assert.throws(() => maskToPng({ data: new Uint8Array(8), shape: [2, 2, 2] }), {
    name: "TypeError",
    message: "Cannot encode a mask as its shape must be [height, width]: current value is 2x2x2",
  });
});
