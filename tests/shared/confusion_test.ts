import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { addCounts, confusionCounts } from "../../shared/confusion.ts";
import type { Mask } from "../../shared/volume.ts";
import { readMetricCases } from "./golden.ts";

test("confusionCounts equals the reference on all its cases", () => {
  const cases = readMetricCases();
  assert.ok(cases.length > 0);
  for (const { prediction, reference, tp, fp, fn } of cases) {
    assert.deepEqual(confusionCounts(prediction, reference), {
      truePositives: tp,
      falsePositives: fp,
      falseNegatives: fn,
      trueNegatives: prediction.data.length - tp - fp - fn,
    });
  }
});

test("confusionCounts takes any value but 0 for tumor", () => {
  const prediction = { data: new Uint8Array([255, 1]), shape: [2] };
  const reference = { data: new Uint8Array([1, 255]), shape: [2] };
  assert.equal(confusionCounts(prediction, reference).truePositives, 2);
});

test("confusionCounts equals counting one voxel after the other, any length, values and place in memory", () => {
  const values = fc.array(
    fc.tuple(fc.constantFrom(0, 0, 1, 128, 255), fc.constantFrom(0, 0, 1, 127)),
    {
      maxLength: 100,
    },
  );
  // Often enough to fill the bytes that count four voxels each.
  const repeats = fc.constantFrom(1, 1, 60);
  fc.assert(fc.property(values, repeats, fc.nat(3), (values, repeats, offset) => {
    const list = Array.from({ length: repeats }, () => values).flat();
    const mask = (column: 0 | 1): Mask => {
      const memory = new Uint8Array(offset + list.length);
      list.forEach((pair, index) => memory[offset + index] = pair[column]);
      return { data: memory.subarray(offset), shape: [list.length] };
    };
    const count = (p: boolean, r: boolean) =>
      list.filter((pair) => (pair[0] !== 0) === p && (pair[1] !== 0) === r).length;
    assert.deepEqual(confusionCounts(mask(0), mask(1)), {
      truePositives: count(true, true),
      falsePositives: count(true, false),
      falseNegatives: count(false, true),
      trueNegatives: count(false, false),
    });
  }));
});

test("confusionCounts of masks full of 255 counts every voxel", () => {
  const full = { data: new Uint8Array(100_003).fill(255), shape: [100_003] };
  assert.equal(confusionCounts(full, full).truePositives, 100_003);
});

test("addCounts of the parts equals confusionCounts of the whole", () => {
  const pairs = fc.array(fc.tuple(fc.nat(1), fc.nat(1)), { maxLength: 40 });
  fc.assert(fc.property(pairs, fc.nat(40), (pairs, cut) => {
    const masks = (part: typeof pairs): [Mask, Mask] => [
      { data: Uint8Array.from(part, ([p]) => p), shape: [part.length] },
      { data: Uint8Array.from(part, ([, r]) => r), shape: [part.length] },
    ];
    const first = confusionCounts(...masks(pairs.slice(0, cut)));
    const second = confusionCounts(...masks(pairs.slice(cut)));
    assert.deepEqual(addCounts(first, second), confusionCounts(...masks(pairs)));
  }));
});

test("confusionCounts refuses masks of different shapes, even of equal size", () => {
  const prediction = { data: new Uint8Array(4), shape: [1, 4] };
  const reference = { data: new Uint8Array(4), shape: [2, 2] };
  assert.throws(() => confusionCounts(prediction, reference), {
    name: "TypeError",
    message:
      "Cannot compare masks as the reference must have the prediction's shape 1x4: current value is 2x2",
  });
});

test("confusionCounts refuses a mask that does not fill its shape", () => {
  const whole = { data: new Uint8Array(4), shape: [4] };
  const short = { data: new Uint8Array(3), shape: [4] };
  assert.throws(() => confusionCounts(whole, short), /reference of shape 4 must hold 4 values/);
  assert.throws(() => confusionCounts(short, whole), /prediction of shape 4 must hold 4 values/);
});
