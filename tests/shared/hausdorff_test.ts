import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { hausdorff, hausdorffFromDistances, hd95 } from "../../shared/hausdorff.ts";
import { surfaceDistances } from "../../shared/surface_distance.ts";
import { readMetricCases, readSurfaceCases } from "./golden.ts";
import { close, pairs } from "./masks.ts";

function assertEqualsMonai(found: number, expected: number): void {
  assert.ok(close(found, expected, 1e-6), `${found} is not ${expected}`);
}

test("hausdorff and hd95 equal MONAI's on all its cases", () => {
  for (const { prediction, reference, ...expected } of readMetricCases()) {
    if (expected.hausdorff === undefined) continue;
    assertEqualsMonai(hausdorff(prediction, reference, [1, 1]), expected.hausdorff);
    assertEqualsMonai(hd95(prediction, reference, [1, 1]), expected.hausdorff95!);
  }
});

for (const { name, prediction, reference, measured } of readSurfaceCases()) {
  test(`hausdorff and hd95 equal MONAI's with any spacing: ${name}`, () => {
    for (const { spacing, ...expected } of measured) {
      assertEqualsMonai(hausdorff(prediction, reference, spacing), expected.hausdorff);
      assertEqualsMonai(hd95(prediction, reference, spacing), expected.hausdorff95);
      const distances = surfaceDistances(prediction, reference, spacing);
      assertEqualsMonai(hausdorffFromDistances(distances, 50), expected.hausdorff50);
    }
  });
}

test("hausdorff and hd95 are symmetric, and hd95 is never the larger", () => {
  fc.assert(fc.property(pairs, ({ prediction, reference, spacing }) => {
    const largest = hausdorff(prediction, reference, spacing);
    const most = hd95(prediction, reference, spacing);
    assert.equal(hausdorff(reference, prediction, spacing), largest);
    assert.equal(hd95(reference, prediction, spacing), most);
    assert.ok(most <= largest || Number.isNaN(most));
  }));
});

test("hausdorff grows in proportion to the spacing", () => {
  fc.assert(fc.property(pairs, ({ prediction, reference, spacing }) => {
    const once = hausdorff(prediction, reference, spacing);
    const twice = hausdorff(prediction, reference, spacing.map((length) => 2 * length));
    assert.equal(twice, 2 * once);
  }));
});

test("hausdorff and hd95 are infinite where one mask is empty, NaN where both are", () => {
  const empty = { data: new Uint8Array(25), shape: [5, 5] };
  const full = { data: new Uint8Array(25).fill(1), shape: [5, 5] };
  for (const measure of [hausdorff, hd95]) {
    assert.equal(measure(full, empty, [1, 1]), Infinity);
    assert.equal(measure(empty, full, [1, 1]), Infinity);
    assert.equal(measure(empty, empty, [1, 1]), NaN);
    assert.equal(measure(full, full, [1, 1]), 0);
  }
});

test("hausdorffFromDistances takes the larger direction's percentile, not one of both together", () => {
  const distances = { toReference: new Float32Array(99), toPrediction: new Float32Array([8]) };
  assert.equal(hausdorffFromDistances(distances, 95), 8);
});

test("hausdorffFromDistances refuses a percentile out of range", () => {
  const none = { toReference: new Float32Array(0), toPrediction: new Float32Array(0) };
  assert.throws(() => hausdorffFromDistances(none, 101), {
    name: "RangeError",
    message:
      "Cannot measure a Hausdorff distance as its percentile must be from 0 to 100: current value is 101",
  });
  assert.throws(() => hausdorffFromDistances(none, NaN), RangeError);
});
