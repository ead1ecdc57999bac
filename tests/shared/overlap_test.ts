/** All metrics of overlap on whole volumes, four of them of real patients, against MONAI's. */
import assert from "node:assert/strict";
import test from "node:test";
import { confusionCounts } from "../../shared/confusion.ts";
import { diceFromCounts, volumeDice } from "../../shared/dice.ts";
import { iouFromCounts } from "../../shared/iou.ts";
import { precisionFromCounts } from "../../shared/precision.ts";
import { sensitivityFromCounts } from "../../shared/sensitivity.ts";
import { specificityFromCounts } from "../../shared/specificity.ts";
import { readSurfaceCases } from "./golden.ts";

for (const { name, prediction, reference, overlap } of readSurfaceCases()) {
  test(`metrics of overlap equal MONAI's to 1e-6: ${name}`, () => {
    const counts = confusionCounts(prediction, reference);
    const found = {
      dice: diceFromCounts(counts),
      iou: iouFromCounts(counts),
      sensitivity: sensitivityFromCounts(counts),
      precision: precisionFromCounts(counts),
      specificity: specificityFromCounts(counts),
    };
    assert.deepEqual(Object.keys(found), Object.keys(overlap));
    for (const [metric, expected] of Object.entries(overlap)) {
      const value = found[metric as keyof typeof found];
      assert.ok(Math.abs(value - expected) < 1e-6, `${metric} is ${value}, MONAI's ${expected}`);
    }
    assert.equal(volumeDice(prediction, reference), found.dice);
  });
}
