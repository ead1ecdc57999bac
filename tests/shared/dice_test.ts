import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { sliceDice, softDice, volumeDice } from "../../shared/dice.ts";
import type { Mask } from "../../shared/volume.ts";
import { readMetricCases } from "./golden.ts";

/** Two masks of 24 voxels, as a volume of 2 slices of 3x4. */
const masks = fc.tuple(
  fc.array(fc.nat(1), { minLength: 24, maxLength: 24 }),
  fc.array(fc.nat(1), { minLength: 24, maxLength: 24 }),
).map((pair) => pair.map((data) => ({ data: Uint8Array.from(data), shape: [2, 3, 4] })));

const probabilityOf = (mask: Mask) => ({ data: Float32Array.from(mask.data), shape: mask.shape });

test("volumeDice equals MONAI's on all its cases, NaN where MONAI has none", () => {
  for (const { prediction, reference, dice } of readMetricCases()) {
    const found = volumeDice(prediction, reference);
    if (dice === null) assert.ok(Number.isNaN(found));
    else assert.ok(Math.abs(found - dice) < 1e-7, `${found} is not ${dice}`);
  }
});

test("volumeDice of a mask with itself is 1, and NaN only where it is empty", () => {
  fc.assert(fc.property(masks, ([mask]) => {
    assert.equal(volumeDice(mask, mask), mask.data.includes(1) ? 1 : NaN);
  }));
});

test("volumeDice is symmetric, and the order of the voxels does not matter", () => {
  fc.assert(fc.property(masks, ([a, b]) => {
    const turned = ({ data, shape }: Mask) => ({ data: data.toReversed(), shape });
    assert.equal(volumeDice(a, b), volumeDice(b, a));
    assert.equal(volumeDice(a, b), volumeDice(turned(a), turned(b)));
  }));
});

test("sliceDice is volumeDice of each slice", () => {
  fc.assert(fc.property(masks, ([a, b]) => {
    const slice = (mask: Mask, index: number) => ({
      data: mask.data.slice(12 * index, 12 * index + 12),
      shape: [3, 4],
    });
    const expected = [0, 1].map((index) => volumeDice(slice(a, index), slice(b, index)));
    assert.deepEqual(sliceDice(a, b), expected);
  }));
});

test("sliceDice refuses a mask that is not a volume", () => {
  const slice = { data: new Uint8Array(4), shape: [2, 2] };
  assert.throws(() => sliceDice(slice, slice), {
    name: "TypeError",
    message:
      "Cannot measure Dice by slice as the shape must be [slices, height, width]: current value is 2x2",
  });
});

test("softDice without smoothing equals volumeDice on certain probabilities", () => {
  fc.assert(fc.property(masks, ([a, b]) => {
    assert.equal(softDice(probabilityOf(a), b, 0), volumeDice(a, b));
  }));
});

test("softDice weighs probabilities, by hand", () => {
  const probability = { data: new Float32Array([0.25, 0.5, 1, 0]), shape: [2, 2] };
  const reference = { data: new Uint8Array([0, 1, 1, 1]), shape: [2, 2] };
  assert.equal(softDice(probability, reference), (2 * 1.5 + 1) / (1.75 + 3 + 1));
  assert.equal(softDice(probability, reference, 10), (2 * 1.5 + 10) / (1.75 + 3 + 10));
});

test("softDice of empty against empty is 1 with smoothing, NaN without", () => {
  const empty = { data: new Uint8Array(4), shape: [2, 2] };
  assert.equal(softDice(probabilityOf(empty), empty), 1);
  assert.ok(Number.isNaN(softDice(probabilityOf(empty), empty, 0)));
});

test("softDice refuses shapes that differ", () => {
  const probability = { data: new Float32Array(2), shape: [2] };
  const reference = { data: new Uint8Array(3), shape: [3] };
  assert.throws(() => softDice(probability, reference), TypeError);
});
