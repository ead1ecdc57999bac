import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { assd } from "../../shared/average_surface_distance.ts";
import { readMetricCases, readSurfaceCases } from "./golden.ts";
import { close, pairs } from "./masks.ts";

function assertEqualsMonai(found: number, expected: number): void {
  assert.ok(close(found, expected, 1e-6), `${found} is not ${expected}`);
}

test("assd equals MONAI's on all its cases", () => {
  for (const { prediction, reference, ...expected } of readMetricCases()) {
    const distance = expected.average_surface_distance_symmetric;
    if (distance === undefined) continue;
    assertEqualsMonai(assd(prediction, reference, [1, 1]), distance);
  }
});

for (const { name, prediction, reference, measured } of readSurfaceCases()) {
  test(`assd equals MONAI's with any spacing: ${name}`, () => {
    for (const { spacing, average_surface_distance_symmetric: expected } of measured) {
      assertEqualsMonai(assd(prediction, reference, spacing), expected);
    }
  });
}

test("assd is symmetric, and doubles with the spacing", () => {
  fc.assert(fc.property(pairs, ({ prediction, reference, spacing }) => {
    const found = assd(prediction, reference, spacing);
    assert.ok(close(assd(reference, prediction, spacing), found));
    const doubled = spacing.map((length) => 2 * length);
    assert.ok(close(assd(prediction, reference, doubled), 2 * found));
  }));
});

test("assd is infinite where one mask is empty, NaN where both are", () => {
  const empty = { data: new Uint8Array(4), shape: [1, 2, 2] };
  const full = { data: new Uint8Array(4).fill(1), shape: [1, 2, 2] };
  assert.equal(assd(full, empty, [1, 1, 1]), Infinity);
  assert.equal(assd(empty, full, [1, 1, 1]), Infinity);
  assert.equal(assd(empty, empty, [1, 1, 1]), NaN);
});
