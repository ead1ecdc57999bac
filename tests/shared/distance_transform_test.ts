import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { distanceTransform } from "../../shared/distance_transform.ts";
import type { Mask } from "../../shared/volume.ts";
import { close, distanceBetween, masksOf, placeOf, shapes, spacingsOf } from "./masks.ts";

const cases = shapes.chain((shape) =>
  fc.record({ mask: masksOf(shape), spacing: spacingsOf(shape) })
);

/** The distances found the slow way: every voxel is compared with every tumor voxel. */
function bruteForce({ data, shape }: Mask, spacing: readonly number[]): number[] {
  const places = Array.from(data.keys(), (voxel) => placeOf(voxel, shape, spacing));
  const tumor = places.filter((_, voxel) => data[voxel] !== 0);
  return places.map((place) =>
    Math.min(Infinity, ...tumor.map((other) => distanceBetween(place, other)))
  );
}

test("distanceTransform equals a brute-force search, with any spacing", () => {
  fc.assert(fc.property(cases, ({ mask, spacing }) => {
    const { data, shape } = distanceTransform(mask, spacing);
    assert.deepEqual(shape, mask.shape);
    const expected = bruteForce(mask, spacing);
    expected.forEach((distance, voxel) => {
      assert.ok(close(data[voxel], distance, 1e-12), `${data[voxel]} is not ${distance}`);
    });
  }));
});

test("distanceTransform grows in proportion to the spacing", () => {
  fc.assert(fc.property(cases, ({ mask, spacing }) => {
    const once = distanceTransform(mask, spacing).data;
    const twice = distanceTransform(mask, spacing.map((length) => 2 * length)).data;
    assert.deepEqual(twice, once.map((distance) => 2 * distance));
  }));
});

test("distanceTransform is exact in a line longer than any other axis", () => {
  const data = new Uint8Array(2 * 1000);
  data[700] = 255;
  const found = distanceTransform({ data, shape: [2, 1000] }, [3, 0.5]).data;
  assert.equal(found[0], 350);
  assert.equal(found[999], 149.5);
  assert.equal(found[1000 + 708], 5);
});

test("distanceTransform of an empty mask is infinity, of one without voxels nothing", () => {
  const empty = { data: new Uint8Array(6), shape: [2, 3] };
  assert.deepEqual(distanceTransform(empty, [1, 1]).data, new Float64Array(6).fill(Infinity));
  const none = { data: new Uint8Array(0), shape: [0, 3] };
  assert.equal(distanceTransform(none, [1, 1]).data.length, 0);
});

test("distanceTransform refuses spacings that do not fit, and masks of one axis", () => {
  const mask = { data: new Uint8Array(6), shape: [2, 3] };
  assert.throws(() => distanceTransform(mask, [1, 1, 1]), {
    name: "TypeError",
    message:
      "Cannot transform a mask to distances as the spacing must have one number for each of 2 axes: current value is [1, 1, 1]",
  });
  assert.throws(() => distanceTransform(mask, [1, 0]), {
    name: "RangeError",
    message:
      "Cannot transform a mask to distances as every spacing must be over 0 mm: current value is [1, 0]",
  });
  assert.throws(() => distanceTransform({ data: new Uint8Array(4), shape: [4] }, [1]), TypeError);
});
