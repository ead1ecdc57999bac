import assert from "node:assert/strict";
import test from "node:test";
import { sizeOf, sliceOf } from "../../shared/volume.ts";

test("sizeOf multiplies the axes, and a scalar has one element", () => {
  assert.equal(sizeOf([20, 256, 256, 3]), 3_932_160);
  assert.equal(sizeOf([4, 0, 4]), 0);
  assert.equal(sizeOf([]), 1);
});

test("sliceOf is a view on the volume's own pixels", () => {
  const data = Uint16Array.from({ length: 24 }, (_, i) => i);
  const volume = { data, slices: 2, height: 2, width: 2, channels: 3 };
  const slice = sliceOf(volume, 1);
  assert.deepEqual([slice.height, slice.width, slice.channels], [2, 2, 3]);
  assert.deepEqual(Array.from(slice.data), Array.from({ length: 12 }, (_, i) => 12 + i));
  data[12] = 999;
  assert.equal(slice.data[0], 999);
});

test("sliceOf refuses an index that is not one of the slices", () => {
  const volume = { data: new Uint8Array(2), slices: 2, height: 1, width: 1, channels: 1 };
  for (const index of [-1, 2, 0.5, NaN]) assert.throws(() => sliceOf(volume, index), RangeError);
});
