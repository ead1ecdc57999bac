import assert from "node:assert/strict";
import test from "node:test";
import { confusionCounts } from "../../shared/confusion.ts";
import { precisionFromCounts } from "../../shared/precision.ts";
import { readMetricCases } from "./golden.ts";

test("precisionFromCounts equals tp / (tp + fp) of the reference's counts", () => {
  for (const { prediction, reference, tp, fp } of readMetricCases()) {
    const found = precisionFromCounts(confusionCounts(prediction, reference));
    assert.equal(found, tp + fp === 0 ? NaN : tp / (tp + fp));
  }
});

test("precisionFromCounts is NaN where the prediction is empty, 0 where it is missed", () => {
  const empty = { data: new Uint8Array(4), shape: [2, 2] };
  const tumor = { data: new Uint8Array([0, 1, 0, 0]), shape: [2, 2] };
  const of = (prediction: typeof empty, reference: typeof empty) =>
    precisionFromCounts(confusionCounts(prediction, reference));
  assert.ok(Number.isNaN(of(empty, empty)));
  assert.equal(of(empty, tumor), NaN);
  assert.equal(of(tumor, empty), 0);
});
