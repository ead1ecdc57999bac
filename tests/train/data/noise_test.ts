import assert from "node:assert/strict";
import { addNoise, drawNoise } from "../../../train/data/noise.ts";
import { randomAt } from "../../../train/data/random_at.ts";
import { assertReaches } from "./assert_reaches.ts";

const unit = { offset: 0, divisor: 1, minimum: 0, maximum: 1 };

Deno.test("addNoise is normally distributed, of each channel's deviation, and independent", () => {
  const pixels = 60_000, image = new Float32Array(2 * pixels).fill(0.5);
  addNoise(image, [unit, unit], { deviations: [0.05, 0.1], seed: 9 });
  const added = [0, 1].map((channel) =>
    image.filter((_, index) => index % 2 === channel).map((value) => value - 0.5)
  );
  for (const [channel, deviation] of [0.05, 0.1].entries()) {
    const mean = added[channel].reduce((sum, x) => sum + x, 0) / pixels;
    const moment = (power: number) =>
      added[channel].reduce((sum, x) => sum + (x / deviation) ** power, 0) / pixels;
    assert.ok(Math.abs(mean) < deviation * 0.02);
    assert.ok(Math.abs(moment(2) - 1) < 0.03);
    assert.ok(Math.abs(moment(4) - 3) < 0.3);
  }
  const product = (lagged: (i: number) => number) =>
    added[0].reduce((sum, x, i) => sum + x * lagged(i), 0) / pixels;
  assert.ok(Math.abs(product((i) => added[1][i])) < 0.02 * 0.05 * 0.1);
  assert.ok(Math.abs(product((i) => added[0][i + 1] ?? 0)) < 0.02 * 0.05 * 0.05);
});

Deno.test("addNoise follows from its seed, is clipped to the range, and leaves quiet channels alone", () => {
  const range = { offset: 0, divisor: 1, minimum: -1.5, maximum: 1.5 };
  const noisy = (seed: number, deviations: number[]) => {
    const image = Float32Array.from({ length: 2000 }, (_, i) => i % 2 ? 1.5 : -1.5);
    addNoise(image, [range, range], { deviations, seed });
    return image;
  };
  assert.deepEqual(noisy(1, [0.1, 0.1]), noisy(1, [0.1, 0.1]));
  assert.notDeepEqual(noisy(1, [0.1, 0.1]), noisy(2, [0.1, 0.1]));
  const image = noisy(1, [0.1, 0]);
  assert.ok(image.every((value) => value >= -1.5 && value <= 1.5));
  assert.ok(image.some((value, i) => i % 2 === 0 && value > -1.4));
  assert.ok(image.every((value, i) => i % 2 === 0 || value === 1.5));
});

Deno.test("drawNoise stays within its limit and reaches for it, in each channel, with seeds of 32 bits", () => {
  const random = randomAt(1);
  const draws = Array.from({ length: 1000 }, () => drawNoise({ noise: 0.02 }, 2, random));
  for (const channel of [0, 1]) {
    assertReaches(draws.map(({ deviations }) => deviations[channel]), 0, 0.02);
  }
  assertReaches(draws.map(({ seed }) => seed), 0, 2 ** 32 - 1);
});
