/** Half the resolution and back. */
import assert from "node:assert/strict";
import test from "node:test";
import { averagePool, upsample } from "../../shared/downsampling.ts";

test("averagePool keeps channels apart", () => {
  const image = new Float32Array([1, 10, 3, 30, 5, 50, 7, 70]); // 2 x 2 pixels of 2 channels
  assert.deepEqual(averagePool(image, 2, 2, 2, 2), new Float32Array([4, 40]));
});

test("averagePool takes blocks of a taller image row by row", () => {
  const image = Float32Array.from({ length: 24 }, (_, index) => index); // 6 x 4 pixels
  assert.deepEqual(
    averagePool(image, 6, 4, 1, 2),
    new Float32Array([2.5, 4.5, 10.5, 12.5, 18.5, 20.5]),
  );
});

test("averagePool keeps the mean", () => {
  const image = Float32Array.from({ length: 8 * 12 }, (_, index) => (index * 37) % 101);
  const mean = (values: Float32Array) =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  for (const factor of [1, 2, 4]) {
    assert.ok(Math.abs(mean(averagePool(image, 8, 12, 1, factor)) - mean(image)) < 1e-4);
  }
});

test("averagePool refuses sides that the factor does not divide", () => {
  assert.throws(() => averagePool(new Float32Array(15), 3, 5, 1, 2), /current values are 5 x 3/);
  assert.throws(() => averagePool(new Float32Array(16), 4, 4, 1, 0), RangeError);
});

test("upsample leaves a constant map constant and a slope straight", () => {
  assert.ok(
    upsample(new Float32Array(6).fill(0.3), 2, 3, 4).every((value) => Math.abs(value - 0.3) < 1e-6),
  );
  const slope = upsample(new Float32Array([0, 1, 2, 3]), 1, 4, 2).subarray(0, 8);
  assert.deepEqual([...slope], [0, 0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3]);
});
