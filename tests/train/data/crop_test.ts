import assert from "node:assert/strict";
import { sliceOf } from "../../../shared/volume.ts";
import { airValue } from "../../../train/data/air.ts";
import { drawCrop, headWindow } from "../../../train/data/crop.ts";
import { randomAt } from "../../../train/data/random_at.ts";
import { maskOfSlice } from "../../../train/data/prepared_patient.ts";
import { preparedSample } from "./patients.ts";

const patient = await preparedSample(2);
const black = { data: new Uint8Array(64), height: 8, width: 8, channels: 1 };

Deno.test("airValue is what most of a slice's edge looks like, for each channel", () => {
  const data = new Uint8Array(2 * 36);
  for (let pixel = 0; pixel < 36; pixel++) data.set([70, pixel % 6 < 4 ? 200 : 3], 2 * pixel);
  const shape = { height: 6, width: 6, channels: 2 };
  assert.equal(airValue(data, shape, 0), 70);
  assert.equal(airValue(data, shape, 1), 3);
});

Deno.test("headWindow holds every tumor of a patient, and leaves air out", () => {
  let smallest = Infinity;
  for (let index = 0; index < patient.volume.slices; index++) {
    const { top, left, height, width } = headWindow(sliceOf(patient.volume, index));
    smallest = Math.min(smallest, height * width);
    for (const [pixel, tumor] of maskOfSlice(patient, index).entries()) {
      if (!tumor) continue;
      const row = Math.floor(pixel / 256), column = pixel % 256;
      assert.ok(row >= top && row < top + height && column >= left && column < left + width);
    }
  }
  assert.ok(smallest < 0.8 * 256 * 256);
});

Deno.test("headWindow of a black slice is the slice", () => {
  assert.deepEqual(headWindow(black), { top: 0, left: 0, height: 8, width: 8 });
});

Deno.test("drawCrop stays within a larger head, and around a smaller one", () => {
  const data = new Uint8Array(100 * 100);
  for (let row = 30; row < 70; row++) data.fill(90, row * 100 + 10, row * 100 + 50);
  const slice = { data, height: 100, width: 100, channels: 1 };
  const starts = (height: number, width: number) =>
    Array.from(
      { length: 300 },
      (_, draw) => drawCrop(slice, () => headWindow(slice), { height, width }, randomAt(draw)),
    );
  const range = (values: number[]) => [Math.min(...values), Math.max(...values)];
  const within = starts(20, 30);
  assert.deepEqual(range(within.map(({ top }) => top)), [30, 50]);
  assert.deepEqual(range(within.map(({ left }) => left)), [10, 20]);
  const around = starts(60, 80);
  assert.deepEqual(range(around.map(({ top }) => top)), [10, 30]);
  assert.deepEqual(range(around.map(({ left }) => left)), [0, 10]);
  assert.deepEqual(starts(100, 100)[0], { top: 0, left: 0, height: 100, width: 100 });
});

Deno.test("drawCrop reaches beyond the bottom and the right where it is larger than the slice", () => {
  const data = new Uint8Array(40 * 100);
  for (let row = 0; row < 40; row++) data.fill(90, row * 100 + 10, row * 100 + 50);
  const low = { data, height: 40, width: 100, channels: 1 };
  for (let draw = 0; draw < 50; draw++) {
    const { top, left } = drawCrop(
      low,
      () => headWindow(low),
      { height: 60, width: 30 },
      randomAt(draw),
    );
    assert.ok(top === 0 && left >= 10 && left <= 20, `${left}, ${top}`);
  }
  assert.deepEqual(
    drawCrop(black, () => headWindow(black), { height: 8, width: 9 }, randomAt(1)),
    { top: 0, left: 0, height: 8, width: 9 },
  );
});
