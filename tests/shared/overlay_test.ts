import assert from "node:assert/strict";
import test from "node:test";
import { contour } from "../../shared/contour.ts";
import { decodeImage, decodeMask } from "../../shared/image/decode.ts";
import { overlay } from "../../shared/overlay.ts";
import { readFixture } from "./repository.ts";

const crop = await decodeImage(readFixture("crop.png"));
const tumor = await decodeMask(readFixture("mask.png"));
const red = [255, 0, 0], green = [0, 255, 0];
const { width, height } = crop;

/** The tumor one pixel further to the right. */
const moved = {
  data: tumor.data.map((_, i) => i % width === 0 ? 0 : tumor.data[i - 1]),
  shape: tumor.shape,
};

function pixelsOf({ data }: { data: Uint8Array }): number[][] {
  return Array.from(
    { length: data.length / 3 },
    (_, i) => Array.from(data.subarray(3 * i, 3 * i + 3)),
  );
}

const isColor = (pixel: number[], color: number[]) => pixel.every((value, i) => value === color[i]);

test("overlay draws the prediction's contour red over the FLAIR channel as gray", () => {
  const edge = contour(tumor).data;
  pixelsOf(overlay(crop, { prediction: tumor })).forEach((pixel, i) => {
    const flair = crop.data[3 * i + 1];
    assert.deepEqual(pixel, edge[i] ? red : [flair, flair, flair]);
  });
});

test("overlay draws the reference's contour green", () => {
  const edge = contour(tumor).data;
  const pixels = pixelsOf(overlay(crop, { reference: tumor }));
  pixels.forEach((pixel, i) => assert.equal(isColor(pixel, green), edge[i] === 1));
});

test("overlay shows both contours in full where they do not meet, dashed where they do", () => {
  const reference = contour(tumor).data, prediction = contour(moved).data;
  const shared = { red: 0, green: 0 };
  pixelsOf(overlay(crop, { prediction: moved, reference: tumor })).forEach((pixel, i) => {
    if (reference[i] && prediction[i]) shared[isColor(pixel, red) ? "red" : "green"]++;
    else if (reference[i]) assert.deepEqual(pixel, green);
    else if (prediction[i]) assert.deepEqual(pixel, red);
    assert.ok(!(reference[i] || prediction[i]) || isColor(pixel, red) || isColor(pixel, green));
  });
  assert.ok(shared.red > 0 && shared.green > 0);
});

test("overlay changes color along a shared line in every direction", () => {
  const slice = { data: new Uint8Array(64 * 64), height: 64, width: 64, channels: 1 };
  for (const [dx, dy] of [[1, 0], [0, 1], [1, 1], [1, -1]]) {
    for (let shift = 0; shift < 8; shift++) {
      const steps = Array.from(
        { length: 16 },
        (_, step) => [24 + shift + dx * step, 32 + dy * step],
      );
      const line = { data: new Uint8Array(64 * 64), shape: [64, 64] };
      for (const [x, y] of steps) line.data[64 * y + x] = 1;
      const pixels = pixelsOf(overlay(slice, { prediction: line, reference: line }));
      const reds = steps.map(([x, y]) => isColor(pixels[64 * y + x], red));
      assert.equal(reds.filter((isRed) => isRed).length, 8);
      reds.slice(2).forEach((isRed, i) => assert.ok(isRed !== reds[i] || isRed !== reds[i + 1]));
    }
  }
});

test("overlay shows the channels as red, green and blue where that is asked", () => {
  assert.deepEqual(overlay(crop, { background: "channels" }).data, crop.data);
});

test("overlay stretches other than 8-bit values from minimum to maximum, and a flat slice is black", () => {
  const gray = (data: Uint16Array | Float32Array) => ({ data, height: 1, width: 3, channels: 1 });
  const shown = (data: Uint16Array | Float32Array) => Array.from(overlay(gray(data), {}).data);
  assert.deepEqual(shown(new Uint16Array([1000, 1100, 2000])), [
    0,
    0,
    0,
    26,
    26,
    26,
    255,
    255,
    255,
  ]);
  assert.deepEqual(shown(new Float32Array([-1, 0, 1])), [0, 0, 0, 128, 128, 128, 255, 255, 255]);
  assert.deepEqual(shown(new Uint16Array(3).fill(500)), new Array(9).fill(0));
});

test("overlay leaves the slice as it was", () => {
  const before = crop.data.slice();
  overlay(crop, { prediction: tumor, reference: tumor });
  assert.deepEqual(crop.data, before);
});

test("overlay refuses a mask of another size, and a slice of two channels", () => {
  const wide = { data: new Uint8Array(height * (width + 1)), shape: [height, width + 1] };
  assert.throws(() => overlay(crop, { prediction: wide }), {
    name: "TypeError",
    message:
      "Cannot draw an overlay as the prediction must have the slice's size 40x48: current value is 40x49",
  });
  const two = { data: new Uint8Array(8), height: 2, width: 2, channels: 2 };
  assert.throws(() => overlay(two, {}), TypeError);
});
