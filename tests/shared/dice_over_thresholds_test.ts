import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { confusionCounts } from "../../shared/confusion.ts";
import { volumeDice } from "../../shared/dice.ts";
import { countsOverThresholds, diceOverThresholds } from "../../shared/dice_over_thresholds.ts";
import { threshold } from "../../shared/threshold.ts";

/** Few distinct values, so that probabilities and thresholds often meet. */
const value = fc.integer({ min: 0, max: 8 }).map((eighths) => eighths / 8);
const thresholds = fc.uniqueArray(value, { maxLength: 9 }).map((list) => list.toSorted());
const maps = fc.array(fc.oneof(value, fc.constant(NaN)), { minLength: 12, maxLength: 12 })
  .map((data) => ({ data: Float32Array.from(data), shape: [3, 2, 2] }));
const references = fc.array(fc.nat(1), { minLength: 12, maxLength: 12 })
  .map((data) => ({ data: Uint8Array.from(data), shape: [3, 2, 2] }));

test("diceOverThresholds equals thresholding and Dice, one threshold after the other", () => {
  fc.assert(fc.property(maps, references, thresholds, (probability, reference, list) => {
    assert.deepEqual(
      diceOverThresholds(probability, reference, list),
      list.map((at) => ({
        threshold: at,
        dice: volumeDice(threshold(probability, at), reference),
      })),
    );
    assert.deepEqual(
      countsOverThresholds(probability, reference, list),
      list.map((at) => confusionCounts(threshold(probability, at), reference)),
    );
  }));
});

test("diceOverThresholds is NaN where no threshold leaves tumor and the reference has none", () => {
  const probability = { data: new Float32Array([0.5]), shape: [1, 1] };
  const empty = { data: new Uint8Array(1), shape: [1, 1] };
  const found = diceOverThresholds(probability, empty, [0.25, 0.75]);
  assert.deepEqual(found, [{ threshold: 0.25, dice: 0 }, { threshold: 0.75, dice: NaN }]);
});

test("diceOverThresholds refuses thresholds out of range or out of order", () => {
  const probability = { data: new Float32Array(1), shape: [1, 1] };
  const reference = { data: new Uint8Array(1), shape: [1, 1] };
  const attempt = (list: number[]) => () => diceOverThresholds(probability, reference, list);
  assert.throws(attempt([0.5, 1.5]), {
    name: "RangeError",
    message:
      "Cannot measure Dice over thresholds as every threshold must be from 0 to 1: current value is 1.5",
  });
  assert.throws(attempt([0.5, 0.5]), {
    name: "RangeError",
    message:
      "Cannot measure Dice over thresholds as each must be over the one before it: current value is 0.5 after 0.5",
  });
  assert.throws(attempt([NaN]), RangeError);
});
