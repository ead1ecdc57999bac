import assert from "node:assert/strict";
import test from "node:test";
import { confusionCounts } from "../../shared/confusion.ts";
import { sensitivityFromCounts } from "../../shared/sensitivity.ts";
import { readMetricCases } from "./golden.ts";

test("sensitivityFromCounts equals tp / (tp + fn) of the reference's counts", () => {
  for (const { prediction, reference, tp, fn } of readMetricCases()) {
    const found = sensitivityFromCounts(confusionCounts(prediction, reference));
    assert.equal(found, tp + fn === 0 ? NaN : tp / (tp + fn));
  }
});

test("sensitivityFromCounts is NaN where the reference is empty, 0 where it is missed", () => {
  const empty = { data: new Uint8Array(4), shape: [2, 2] };
  const tumor = { data: new Uint8Array([0, 1, 0, 0]), shape: [2, 2] };
  const of = (prediction: typeof empty, reference: typeof empty) =>
    sensitivityFromCounts(confusionCounts(prediction, reference));
  assert.ok(Number.isNaN(of(empty, empty)));
  assert.equal(of(empty, tumor), 0);
  assert.equal(of(tumor, empty), NaN);
});
