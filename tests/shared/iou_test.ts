import assert from "node:assert/strict";
import test from "node:test";
import { confusionCounts } from "../../shared/confusion.ts";
import { diceFromCounts } from "../../shared/dice.ts";
import { iouFromCounts } from "../../shared/iou.ts";
import { readMetricCases } from "./golden.ts";

test("iouFromCounts equals MONAI's on all its cases, NaN where MONAI has none", () => {
  for (const { prediction, reference, iou } of readMetricCases()) {
    const found = iouFromCounts(confusionCounts(prediction, reference));
    if (iou === null) assert.ok(Number.isNaN(found));
    else assert.ok(Math.abs(found - iou) < 1e-7, `${found} is not ${iou}`);
  }
});

test("iouFromCounts is dice / (2 - dice)", () => {
  for (const { prediction, reference, dice } of readMetricCases()) {
    if (dice === null) continue;
    const counts = confusionCounts(prediction, reference), score = diceFromCounts(counts);
    assert.ok(Math.abs(iouFromCounts(counts) - score / (2 - score)) < 1e-12);
  }
});
