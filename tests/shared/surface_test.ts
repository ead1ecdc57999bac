import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { surfaceVoxels } from "../../shared/surface.ts";
import type { Mask } from "../../shared/volume.ts";
import { masksOf, placeOf, shapes } from "./masks.ts";

/** The surface found the slow way: tumor that has not all its neighbours, counted by their places. */
function bruteForce({ data, shape }: Mask): number[] {
  const ones = shape.map(() => 1);
  const tumor = Array.from(data.keys()).filter((voxel) => data[voxel] !== 0);
  const places = tumor.map((voxel) => placeOf(voxel, shape, ones));
  return tumor.filter((_, index) => {
    const touching = places.filter((place) =>
      place.reduce((sum, value, axis) => sum + Math.abs(value - places[index][axis]), 0) === 1
    );
    return touching.length < 2 * shape.length;
  });
}

test("surfaceVoxels equals a brute-force search", () => {
  fc.assert(fc.property(shapes.chain(masksOf), (mask) => {
    assert.deepEqual(Array.from(surfaceVoxels(mask)), bruteForce(mask));
  }));
});

test("surfaceVoxels finds single voxels between long stretches of background", () => {
  const volumes = fc.record({
    shape: fc.constantFrom([8, 8, 8], [4, 16, 16], [64, 32], [3, 5, 7]),
    places: fc.array(fc.nat(2047), { maxLength: 4 }),
  });
  fc.assert(fc.property(volumes, ({ shape, places }) => {
    const mask = { data: new Uint8Array(shape.reduce((size, n) => size * n, 1)), shape };
    for (const place of places) if (place < mask.data.length) mask.data[place] = 1;
    assert.deepEqual(Array.from(surfaceVoxels(mask)), bruteForce(mask));
  }));
});

test("surfaceVoxels finds a lone voxel of any value at any place", () => {
  for (let value = 1; value < 256; value++) {
    for (let voxel = 0; voxel < 70; voxel++) {
      const lone = { data: new Uint8Array(70), shape: [7, 10] };
      lone.data[voxel] = value;
      assert.deepEqual(Array.from(surfaceVoxels(lone)), [voxel], `${value} at ${voxel}`);
    }
  }
});

test("surfaceVoxels finds the same in a view that starts at any byte", () => {
  const shape = [4, 5, 7];
  fc.assert(fc.property(masksOf(shape), fc.integer({ min: 1, max: 7 }), (mask, offset) => {
    const memory = new Uint8Array(offset + mask.data.length);
    memory.set(mask.data, offset);
    const view = { data: memory.subarray(offset), shape };
    assert.deepEqual(surfaceVoxels(view), surfaceVoxels(mask));
  }));
});

test("surfaceVoxels of a full volume is its border, of one slice all of it", () => {
  const full = (shape: number[]) => ({ data: new Uint8Array(1000).fill(1), shape });
  assert.equal(surfaceVoxels(full([10, 10, 10])).length, 1000 - 8 ** 3);
  assert.equal(surfaceVoxels(full([1, 20, 50])).length, 1000);
  assert.equal(surfaceVoxels(full([20, 50])).length, 1000 - 18 * 48);
});

test("surfaceVoxels grows past its first thousand", () => {
  const data = new Uint8Array(100 * 100).map((_, voxel) => voxel % 2);
  assert.equal(surfaceVoxels({ data, shape: [100, 100] }).length, 5000);
});

test("surfaceVoxels of an empty mask is empty", () => {
  assert.equal(surfaceVoxels({ data: new Uint8Array(6), shape: [2, 3] }).length, 0);
  assert.equal(surfaceVoxels({ data: new Uint8Array(0), shape: [0, 3] }).length, 0);
});
