import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { orderFloats } from "../../shared/float_order.ts";
import { orderValues } from "../../shared/percentile.ts";

/** Any 32 bits: subnormals, NaN of both signs and with any payload, and all else that a float can be. */
const anyBits = fc.integer({ min: 0, max: 2 ** 32 - 1 }).map((bits) =>
  new Float32Array(Uint32Array.of(bits).buffer)[0]
);

/** Often the same, or with the same upper half of their bits. */
const alike = fc.constantFrom(
  ...[0, -0, 1, 1 + 2 ** -23, 1 + 2 ** -8, -1, -1 - 2 ** -23, 2 ** -149, -(2 ** -149)],
  ...[2 ** -126, 100, 100.25, -Infinity, Infinity],
);

const floats = fc.oneof(
  fc.array(alike, { maxLength: 60 }),
  fc.array(fc.float({ noNaN: true }), { maxLength: 60 }),
  fc.array(fc.oneof({ weight: 9, arbitrary: alike }, { weight: 1, arbitrary: anyBits })),
  fc.array(anyBits),
).map((values) => Float32Array.from(values));

const selections = fc.record({
  start: fc.integer({ min: 0, max: 5 }),
  step: fc.integer({ min: 1, max: 4 }),
});

/** Doubles between floats as well, down to those that become 0 or -0 in a float. */
const limits = fc.oneof(alike, fc.double(), fc.constantFrom(1e-50, -1e-50, 1e39, -1e39, NaN));

const ranks = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 1 });

/** All of them sorted, as typed arrays do: -0 before 0, NaN last; over `least`, if given. */
function sort(
  values: Float32Array,
  { start, step }: { start: number; step: number },
  least?: number,
) {
  const selected = values.filter((_, index) => index >= start && (index - start) % step === 0);
  return selected.filter((value) => least === undefined || !(value <= least)).sort();
}

/** numpy's "linear", from values in order. */
function percentilesOf(sorted: Float32Array, ranks: readonly number[]): number[] {
  return ranks.map((rank) => {
    if (sorted.length === 0 || Number.isNaN(sorted.at(-1))) return NaN;
    const position = (sorted.length - 1) * (rank / 100), index = Math.floor(position);
    const below = sorted[index], above = sorted[index + 1], fraction = position - index;
    if (fraction === 0) return below;
    return fraction < 0.5
      ? below + (above - below) * fraction
      : above - (above - below) * (1 - fraction);
  });
}

test("orderFloats gives what sorting gives", () => {
  fc.assert(fc.property(floats, selections, (values, selection) => {
    const sorted = sort(values, selection),
      order = orderFloats(values, selection.start, selection.step);
    assert.equal(order.count, sorted.length);
    const expected = sorted.some(Number.isNaN) ? sorted.map(() => NaN) : sorted;
    assert.deepEqual(order.at([...sorted.keys()]), [...expected]);
    assert.deepEqual(order.at([...sorted.keys()].reverse()), [...expected].reverse());
  }));
});

test("orderValues of floats has the percentiles that sorting has, above any values as well", () => {
  fc.assert(
    fc.property(floats, selections, limits, limits, ranks, (values, selection, ...rest) => {
      const [least, more, asked] = rest, all = orderValues(values, selection);
      assert.deepEqual(all.percentiles(asked), percentilesOf(sort(values, selection), asked));
      const above = all.above(least), kept = sort(values, selection, least);
      assert.equal(above.count, kept.length);
      assert.deepEqual(above.percentiles(asked), percentilesOf(kept, asked));
      const twice = sort(kept, { start: 0, step: 1 }, more);
      assert.equal(above.above(more).count, twice.length);
      assert.deepEqual(above.above(more).percentiles(asked), percentilesOf(twice, asked));
    }),
    { numRuns: 500 },
  );
});

test("orderFloats looks at a part of a buffer alone, and leaves it as it was", () => {
  const whole = Float32Array.of(-9, 3, 1, 2, 9), part = whole.subarray(1, 4);
  assert.deepEqual(orderFloats(part, 0, 1).at([0, 1, 2]), [1, 2, 3]);
  assert.deepEqual(whole, Float32Array.of(-9, 3, 1, 2, 9));
});

test("orderFloats reads its values again for no question that it had, nor for one among the same values", () => {
  const values = Float32Array.of(5, 1, 3, 2, 4), order = orderFloats(values, 0, 1);
  assert.deepEqual(order.at([0, 4]), [1, 5]);
  assert.equal(order.above(2).count, 3);
  values.fill(7);
  assert.deepEqual(order.at([4, 0]), [5, 1]);
  assert.equal(order.above(2).count, 3);
  assert.deepEqual(order.above(2).at([2]), [5]);
});
