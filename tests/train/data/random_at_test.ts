import assert from "node:assert/strict";
import { between, chance, factor, normal, randomAt } from "../../../train/data/random_at.ts";

const count = 4000;

/** Pearson's correlation. */
function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;
  const centerA = mean(a), centerB = mean(b);
  const product = (x: readonly number[], cx: number, y: readonly number[], cy: number) =>
    mean(x.map((value, i) => (value - cx) * (y[i] - cy)));
  return product(a, centerA, b, centerB) /
    Math.sqrt(product(a, centerA, a, centerA) * product(b, centerB, b, centerB));
}

Deno.test("randomAt repeats itself at a place, and nowhere else", () => {
  const first = (...place: number[]) => randomAt(...place).integer(2 ** 32);
  assert.equal(first(1, 2, 3), first(1, 2, 3));
  const places = [[1, 2, 3], [1, 3, 2], [2, 1, 3], [3, 2, 1], [1, 2], [1, 2, 0], [1, 2, 4]];
  assert.equal(new Set(places.map((place) => first(...place))).size, places.length);
});

Deno.test("randomAt draws independent numbers at neighboring places", () => {
  const draws = Array.from({ length: count }, (_, position) => {
    const random = randomAt(42, 1, position);
    return Array.from({ length: 4 }, () => random.fraction());
  });
  const column = (index: number) => draws.map((row) => row[index]);
  // Four standard errors of a correlation of nothing.
  const limit = 4 / Math.sqrt(count);
  for (const later of [1, 2, 3]) {
    assert.ok(Math.abs(correlation(column(0), column(later))) < limit);
  }
  assert.ok(Math.abs(correlation(column(0).slice(1), column(0).slice(0, -1))) < limit);
  const mean = column(0).reduce((sum, x) => sum + x, 0) / count;
  assert.ok(Math.abs(mean - 0.5) < 4 * Math.sqrt(1 / 12 / count));
});

Deno.test("between, factor, normal and chance have the distribution they say", () => {
  const random = randomAt(7);
  const sample = (draw: () => number) => Array.from({ length: count }, draw);
  const uniform = sample(() => between(random, -2, 6));
  assert.ok(Math.min(...uniform) >= -2 && Math.max(...uniform) <= 6);
  assert.ok(Math.min(...uniform) < -1.9 && Math.max(...uniform) > 5.9);

  const factors = sample(() => factor(random, 0.25));
  assert.ok(Math.min(...factors) >= 0.8 && Math.max(...factors) <= 1.25);
  const shrunk = factors.filter((value) => value < 1).length / count;
  assert.ok(Math.abs(shrunk - 0.5) < 0.04, `${shrunk} shrink`);
  assert.equal(factor(random, 0), 1);

  const normals = sample(() => normal(random));
  const mean = normals.reduce((sum, x) => sum + x, 0) / count;
  const variance = normals.reduce((sum, x) => sum + (x - mean) ** 2, 0) / count;
  assert.ok(Math.abs(mean) < 0.07 && Math.abs(variance - 1) < 0.1, `${mean}, ${variance}`);

  assert.ok(sample(() => Number(chance(random, 0))).every((happened) => happened === 0));
  assert.ok(sample(() => Number(chance(random, 1))).every((happened) => happened === 1));
});
