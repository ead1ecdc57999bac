import assert from "node:assert/strict";
import { createBlur, drawBlur } from "../../../train/data/blur.ts";
import { randomAt } from "../../../train/data/random_at.ts";
import { assertReaches } from "./assert_reaches.ts";

const size = { height: 21, width: 31 };

Deno.test("a blur spreads a point into a Gaussian and keeps its sum, in its channel only", () => {
  const image = new Float32Array(21 * 31 * 2), center = 10 * 31 + 15;
  image[center * 2 + 1] = 1;
  createBlur(size)(image, 2, 1, 1.5);
  const at = (row: number, column: number) => image[(center + row * 31 + column) * 2 + 1];
  assert.ok(image.every((value, index) => index % 2 === 1 || value === 0));
  assert.ok(Math.abs(image.reduce((sum, value) => sum + value, 0) - 1) < 1e-6);
  for (const [row, column] of [[0, 1], [2, 0], [1, 3]]) {
    const expected = Math.exp(-(row ** 2 + column ** 2) / (2 * 1.5 ** 2));
    assert.ok(Math.abs(at(row, column) / at(0, 0) - expected) < 1e-5);
    assert.equal(at(row, column), at(-row, -column));
  }
});

Deno.test("a blur keeps a constant image, up to its edges", () => {
  const image = new Float32Array(21 * 31).fill(0.7);
  createBlur(size)(image, 1, 0, 2);
  assert.ok(image.every((value) => Math.abs(value - 0.7) < 1e-6));
});

Deno.test("a blur does nothing for a deviation too small to see", () => {
  const image = Float32Array.from({ length: 21 * 31 }, (_, i) => i % 7);
  const before = image.slice();
  createBlur(size)(image, 1, 0, 0.2);
  assert.deepEqual(image, before);
});

Deno.test("a blur is the same after others, wider and narrower", () => {
  const image = Float32Array.from({ length: 21 * 31 }, (_, i) => Math.sin(i)),
    blur = createBlur(size);
  const blurred = (deviation: number, by = createBlur(size)) => {
    const copy = image.slice();
    by(copy, 1, 0, deviation);
    return copy;
  };
  for (const deviation of [0.5, 4, 0.3, 1, 0.5]) {
    assert.deepEqual(blurred(deviation, blur), blurred(deviation), `${deviation}`);
  }
});

Deno.test("drawBlur stays within its limit and reaches for it, in each channel", () => {
  const random = randomAt(1);
  const draws = Array.from({ length: 1000 }, () => drawBlur({ blur: 0.7 }, 2, random));
  for (const channel of [0, 1]) assertReaches(draws.map((draw) => draw[channel]), 0, 0.7);
  assert.ok(draws.every((draw) => draw.length === 2));
});
