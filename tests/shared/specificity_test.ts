import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { confusionCounts } from "../../shared/confusion.ts";
import { sensitivityFromCounts } from "../../shared/sensitivity.ts";
import { specificityFromCounts } from "../../shared/specificity.ts";
import type { Mask } from "../../shared/volume.ts";
import { pairs } from "./masks.ts";

const inverted = ({ data, shape }: Mask): Mask => ({ data: data.map((value) => 1 - value), shape });

test("specificityFromCounts is the sensitivity for background", () => {
  fc.assert(fc.property(pairs, ({ prediction, reference }) => {
    assert.equal(
      specificityFromCounts(confusionCounts(prediction, reference)),
      sensitivityFromCounts(confusionCounts(inverted(prediction), inverted(reference))),
    );
  }));
});

test("specificityFromCounts is 1 for an empty prediction, NaN where the reference is full", () => {
  const empty = { data: new Uint8Array(4), shape: [2, 2] };
  const full = { data: new Uint8Array(4).fill(1), shape: [2, 2] };
  assert.equal(specificityFromCounts(confusionCounts(empty, empty)), 1);
  assert.equal(specificityFromCounts(confusionCounts(full, empty)), 0);
  assert.equal(specificityFromCounts(confusionCounts(empty, full)), NaN);
});
