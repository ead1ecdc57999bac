import assert from "node:assert/strict";
import { applyScaling } from "../../../shared/scaling.ts";
import {
  changeIntensity,
  drawIntensityChange,
  scaledValues,
} from "../../../train/data/intensity.ts";
import { noAugmentation } from "../../../train/data/augmentation.ts";
import { randomAt } from "../../../train/data/random_at.ts";
import { assertReaches } from "./assert_reaches.ts";

const unit = { offset: 0, divisor: 1, minimum: 0, maximum: 1 };
const nothing = { gamma: 1, contrast: 1, gain: 1, brightness: 0 };

function changed(values: number[], change: Partial<typeof nothing>, range = unit): number[] {
  const data = Float32Array.from(values);
  changeIntensity(data, range, { ...nothing, ...change });
  return [...data].map((value) => Math.round(value * 1e6) / 1e6);
}

Deno.test("scaledValues are the pixel values as shared/scaling.ts scales them", () => {
  const scaling = { offset: 3, divisor: 120, minimum: -0.01, maximum: 1 };
  const values = scaledValues(scaling);
  assert.equal(values.length, 256);
  const slice = { data: new Uint8Array([0, 3, 77, 255]), height: 1, width: 4, channels: 1 };
  const expected = applyScaling(slice, [scaling]);
  assert.deepEqual([...slice.data].map((pixel) => values[pixel]), [...expected]);
});

Deno.test("changeIntensity changes tones by hand-computed amounts", () => {
  assert.deepEqual(changed([0, 0.5, 1], { gamma: 2 }), [0, 0.25, 1]);
  assert.deepEqual(changed([0, 0.5, 0.75, 1], { contrast: 1.5 }), [0, 0.5, 0.875, 1]);
  assert.deepEqual(changed([0, 0.5, 1], { gain: 0.5 }), [0, 0.25, 0.5]);
  assert.deepEqual(changed([0, 0.5, 1], { brightness: -0.25 }), [0, 0.25, 0.75]);
  assert.deepEqual(
    changed([0.5], { gamma: 2, contrast: 2, gain: 1.5, brightness: 0.1 }),
    [((0.25 - 0.5) * 2 + 0.5) * 1.5 + 0.1],
  );
});

Deno.test("changeIntensity works in the range that the scaling clips to", () => {
  const range = { offset: 0, divisor: 1, minimum: -1.5, maximum: 1.5 };
  assert.deepEqual(changed([-1.5, 0, 1.5], { gamma: 2 }, range), [-1.5, -0.75, 1.5]);
  assert.deepEqual(changed([-1.5, 0, 1.5], { brightness: 0.25 }, range), [-0.75, 0.75, 1.5]);
});

Deno.test("changeIntensity of no augmentation leaves every bit", () => {
  const values = scaledValues({ offset: 3, divisor: 133, minimum: 0, maximum: 1 });
  const before = values.slice();
  changeIntensity(values, unit, drawIntensityChange(noAugmentation, randomAt(5)));
  assert.deepEqual(values, before);
});

Deno.test("drawIntensityChange stays within its limits and reaches for them", () => {
  const limits = { gamma: 0.25, contrast: 0.15, gain: 0.6, brightness: 0.05 }, random = randomAt(1);
  const draws = Array.from({ length: 1000 }, () => drawIntensityChange(limits, random));
  for (const name of ["gamma", "contrast", "gain"] as const) {
    const most = 1 + limits[name];
    assertReaches(draws.map((draw) => draw[name]), 1 / most, most);
  }
  assertReaches(draws.map(({ brightness }) => brightness), -0.05, 0.05);
});
