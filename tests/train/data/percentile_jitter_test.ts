import assert from "node:assert/strict";
import { drawScalingError, erroneousScaling } from "../../../train/data/percentile_jitter.ts";
import { randomAt } from "../../../train/data/random_at.ts";

const settings = { sliceScaling: 0.3, divisorJitter: 0.15, offsetJitter: 0.02 };

Deno.test("erroneousScaling moves offsets by divisors and keeps the range", () => {
  const scaling = { offset: 10, divisor: 80, minimum: -1, maximum: 2 };
  const error = { ownScaling: false, divisors: [0.5, 2], offsets: [0.1, -0.25] };
  assert.deepEqual(erroneousScaling([scaling, scaling], error), [
    { offset: 18, divisor: 40, minimum: -1, maximum: 2 },
    { offset: -10, divisor: 160, minimum: -1, maximum: 2 },
  ]);
});

Deno.test("drawScalingError has the deviations asked for, sequences erring together", () => {
  const random = randomAt(1), count = 4000;
  const draws = Array.from({ length: count }, () => drawScalingError(settings, 2, random));
  const logs = draws.map(({ divisors }) => divisors.map(Math.log));
  const product = (a: number, b: number) =>
    logs.reduce((sum, row) => sum + row[a] * row[b], 0) / count;
  assert.ok(Math.abs(Math.sqrt(product(0, 0)) - 0.15) < 0.01);
  assert.ok(Math.abs(product(0, 1) / product(0, 0) - 0.6) < 0.08);
  const offsets = draws.map(({ offsets }) => offsets[1]);
  const deviation = Math.sqrt(offsets.reduce((sum, x) => sum + x * x, 0) / count);
  assert.ok(Math.abs(deviation - 0.02) < 0.002);
  const own = draws.filter(({ ownScaling }) => ownScaling).length / count;
  assert.ok(Math.abs(own - 0.3) < 0.03);
});

Deno.test("drawScalingError of nothing is no error, to the bit", () => {
  const none = { sliceScaling: 0, divisorJitter: 0, offsetJitter: 0 };
  const scaling = [{ offset: 1, divisor: 133.7, minimum: 0, maximum: 1 }];
  assert.deepEqual(erroneousScaling(scaling, drawScalingError(none, 1, randomAt(1))), scaling);
});
