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
