import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { hausdorff } from "../../shared/hausdorff.ts";
import { nsd } from "../../shared/surface_dice.ts";
import { readMetricCases, readSurfaceCases } from "./golden.ts";
import { close, pairs } from "./masks.ts";

function assertEqualsMonai(found: number, expected: number): void {
  assert.ok(close(found, expected, 1e-6), `${found} is not ${expected}`);
}

test("nsd equals MONAI's on all its cases", () => {
  for (const { prediction, reference, surface_dice_tolerance1: expected } of readMetricCases()) {
    if (expected === undefined) continue;
    assertEqualsMonai(nsd(prediction, reference, 1, [1, 1]), expected);
  }
});

for (const { name, prediction, reference, measured } of readSurfaceCases()) {
  test(`nsd equals MONAI's with any spacing and tolerance: ${name}`, () => {
    for (const { spacing, ...expected } of measured) {
      for (const tolerance of [0.3, 1, 2, 5] as const) {
        const found = nsd(prediction, reference, tolerance, spacing);
        assertEqualsMonai(found, expected[`surface_dice_tolerance${tolerance}`]);
      }
    }
  });
}

test("nsd is symmetric, rises with the tolerance, and is 1 from the Hausdorff distance on", () => {
  fc.assert(fc.property(pairs, fc.double({ min: 0, max: 9, noNaN: true }), (pair, tolerance) => {
    const { prediction, reference, spacing } = pair;
    const found = nsd(prediction, reference, tolerance, spacing);
    assert.equal(nsd(reference, prediction, tolerance, spacing), found);
    assert.ok(Number.isNaN(found) || nsd(prediction, reference, tolerance + 1, spacing) >= found);
    const largest = hausdorff(prediction, reference, spacing);
    if (Number.isFinite(largest)) assert.equal(nsd(prediction, reference, largest, spacing), 1);
  }));
});

test("nsd is 0 where one mask is empty, NaN where both are", () => {
  const empty = { data: new Uint8Array(4), shape: [2, 2] };
  const full = { data: new Uint8Array(4).fill(1), shape: [2, 2] };
  assert.equal(nsd(full, empty, 5, [1, 1]), 0);
  assert.equal(nsd(empty, full, 5, [1, 1]), 0);
  assert.equal(nsd(empty, empty, 5, [1, 1]), NaN);
});

test("nsd counts what is exactly at the tolerance, whatever the last digits of their numbers", () => {
  const prediction = { data: new Uint8Array([1, 0, 0, 0]), shape: [1, 4] };
  const reference = { data: new Uint8Array([0, 0, 0, 1]), shape: [1, 4] };
  assert.equal(nsd(prediction, reference, 0.3, [1, 0.1]), 1);
});

test("nsd refuses a tolerance that is no distance", () => {
  const mask = { data: new Uint8Array(4), shape: [2, 2] };
  for (const tolerance of [-1, NaN, Infinity]) {
    assert.throws(() => nsd(mask, mask, tolerance, [1, 1]), {
      name: "RangeError",
      message:
        `Cannot measure surface Dice as the tolerance must be a finite number of mm from 0: current value is ${tolerance}`,
    });
  }
});
