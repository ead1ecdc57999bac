import assert from "node:assert/strict";
import test from "node:test";
import { assertSameGeometry, geometryOfSpacing, positionOf } from "../../shared/geometry.ts";

const names = ["prediction", "reference"] as const;
const here = geometryOfSpacing([20, 256, 256], [5, 1, 1]);

function moved(millimetres: number) {
  const [x, y, [a, b, c, d]] = here.affine;
  return { ...here, affine: [x, y, [a, b, c, d + millimetres]] as const };
}

test("assertSameGeometry takes what differs by rounding", () => {
  assertSameGeometry("compare", names, here, moved(0.009));
  assertSameGeometry("compare", names, here, { ...here, spacing: [5.0001, 1, 1] });
});

test("assertSameGeometry refuses another shape, spacing, position or direction", () => {
  const turned = { ...here, affine: [here.affine[1], here.affine[0], here.affine[2]] as const };
  const cases = [
    [geometryOfSpacing([20, 256, 255], [5, 1, 1]), /shape must be the prediction's, 20x256x256/],
    [
      geometryOfSpacing([20, 256, 256], [5.01, 1, 1]),
      /spacing must be.*5 x 1 x 1 mm.*5.01 x 1 x 1/,
    ],
    [moved(0.02), /position and orientation must be/],
    [turned, /position and orientation must be/],
  ] as const;
  for (const [other, message] of cases) {
    assert.throws(() => assertSameGeometry("compare", names, here, other), {
      name: "RangeError",
      message,
    });
  }
});

test("geometryOfSpacing puts the head upright, its middle at the origin", () => {
  const { affine } = geometryOfSpacing([3, 5, 7], [5, 2, 1]);
  assert.deepEqual(positionOf(affine, [1, 2, 3]), [0, 0, 0]);
  // The first voxel is the lowest, the most anterior, and the patient's rightmost.
  assert.deepEqual(positionOf(affine, [0, 0, 0]), [3, 4, -5]);
});
