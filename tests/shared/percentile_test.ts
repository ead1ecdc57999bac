import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { orderValues, percentiles } from "../../shared/percentile.ts";
import { readGoldenVolumes, readSampleVolume } from "./golden.ts";

/** numpy's "linear": the value at position (n - 1) rank / 100 of the sorted values. */
function bySorting(values: readonly number[], rank: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const position = (sorted.length - 1) * rank / 100, index = Math.floor(position);
  const above = sorted[Math.min(index + 1, sorted.length - 1)];
  return sorted[index] + (above - sorted[index]) * (position - index);
}

for (const [patient, golden] of readGoldenVolumes()) {
  test(`percentiles equals numpy on the volume of ${patient}`, async () => {
    const { data, channels } = await readSampleVolume(patient);
    for (let channel = 0; channel < channels; channel++) {
      assert.deepEqual(
        percentiles(data, [10, 99], { start: channel, step: channels }),
        [golden.p10[channel], golden.p99[channel]],
      );
    }
  });
}

test("percentiles equals interpolation between sorted values for every pixel type", () => {
  const rank = fc.double({ min: 0, max: 100, noNaN: true });
  const values = fc.oneof(
    fc.uint8Array({ minLength: 1 }),
    fc.uint16Array({ minLength: 1 }),
    fc.float32Array({ minLength: 1, min: -1e6, max: 1e6, noNaN: true }),
  );
  fc.assert(fc.property(values, rank, (data, rank) => {
    const expected = bySorting(Array.from(data), rank);
    const [found] = percentiles(data, [rank]);
    assert.ok(Math.abs(found - expected) <= 1e-9 * Math.max(1, Math.abs(expected)));
  }));
});

test("percentiles looks at the selected values only", () => {
  const interleaved = new Float32Array([1, -5, 2, -6, 3, -7]);
  assert.deepEqual(percentiles(interleaved, [0, 100], { start: 1, step: 2 }), [-7, -5]);
  assert.deepEqual(percentiles(interleaved, [0, 100], { start: 4 }), [-7, 3]);
});

test("percentiles rounds as numpy does", () => {
  const values = Uint16Array.from({ length: 101 }, (_, i) => 600 * i);
  const ranks = [0, 7, 14, 50, 99, 100];
  // numpy.percentile(numpy.arange(101) * 600, ranks)
  const expected = [0, 4200.000000000001, 8400.000000000002, 30000, 59400, 60000];
  assert.deepEqual(percentiles(values, ranks), expected);
});

test("percentiles of no values, or of values with a NaN, is NaN", () => {
  assert.deepEqual(percentiles(new Uint8Array(0), [10, 99]), [NaN, NaN]);
  assert.deepEqual(percentiles(new Uint8Array(3), [50], { start: 3 }), [NaN]);
  assert.deepEqual(percentiles(new Float32Array([1, NaN, 2]), [0, 100]), [NaN, NaN]);
});

test("percentiles refuses a rank or a selection that is out of range", () => {
  const values = new Uint8Array([1, 2]);
  assert.throws(() => percentiles(values, [101]), {
    name: "RangeError",
    message: "Cannot compute percentiles as every rank must be from 0 to 100: current value is 101",
  });
  assert.throws(() => percentiles(values, [NaN]), RangeError);
  assert.throws(() => percentiles(values, [50], { step: 0 }), RangeError);
  assert.throws(() => percentiles(values, [50], { start: -1 }), RangeError);
});

test("orderValues has above a value what is left when the others are removed", () => {
  const values = [0, 5, 5, 9, 2, 7, 0, 1], ranks = [0, 30, 50, 100];
  for (const least of [-1, 0, 0.5, 5, 8, 9]) {
    const kept = values.filter((value) => value > least);
    const expected = percentiles(Float32Array.from(kept), ranks);
    for (const type of [Uint8Array, Uint16Array, Float32Array]) {
      const above = orderValues(type.from(values)).above(least);
      assert.deepEqual([above.count, above.percentiles(ranks)], [kept.length, expected]);
      assert.deepEqual(above.above(-2).percentiles(ranks), expected);
    }
  }
});

test("orderValues keeps a NaN above any value", () => {
  const above = orderValues(new Float32Array([1, NaN, 3])).above(2);
  assert.deepEqual([above.count, above.percentiles([0])], [2, [NaN]]);
});
