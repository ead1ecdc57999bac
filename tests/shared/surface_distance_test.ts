import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { distanceTransform } from "../../shared/distance_transform.ts";
import { surfaceVoxels } from "../../shared/surface.ts";
import { surfaceDistances } from "../../shared/surface_distance.ts";
import type { Mask } from "../../shared/volume.ts";
import { close, distanceBetween, pairs, placeOf } from "./masks.ts";

/** Distances found the slow way: every surface voxel is compared with every other. */
function bruteForce(from: Mask, to: Mask, spacing: readonly number[]): number[] {
  const places = (mask: Mask) =>
    Array.from(surfaceVoxels(mask), (voxel) => placeOf(voxel, mask.shape, spacing));
  const others = places(to);
  return places(from).map((place) =>
    Math.min(Infinity, ...others.map((other) => distanceBetween(place, other)))
  );
}

function assertClose(found: Float32Array, expected: readonly number[]): void {
  assert.equal(found.length, expected.length);
  expected.forEach((distance, index) => {
    assert.ok(close(found[index], distance), `${found[index]} is not ${distance}`);
  });
}

test("surfaceDistances equals a brute-force search, with any spacing, in two and three dimensions", () => {
  fc.assert(fc.property(pairs, ({ prediction, reference, spacing }) => {
    const found = surfaceDistances(prediction, reference, spacing);
    assertClose(found.toReference, bruteForce(prediction, reference, spacing));
    assertClose(found.toPrediction, bruteForce(reference, prediction, spacing));
  }));
});

test("surfaceDistances equals the distance transform where the surfaces are far apart", () => {
  const shape = [30, 40, 50], spacing = [2.5, 0.7, 1.1];
  const box = (z: number, y: number, x: number): Mask => {
    const data = new Uint8Array(30 * 40 * 50);
    for (let i = 0; i < 5 ** 3; i++) {
      const row = (z + Math.floor(i / 25)) * 40 + y + Math.floor(i / 5) % 5;
      data[row * 50 + x + i % 5] = 1;
    }
    return { data, shape };
  };
  const prediction = box(0, 1, 2), reference = box(24, 33, 40);
  const { toReference } = surfaceDistances(prediction, reference, spacing);
  const map = distanceTransform(reference, spacing).data;
  assertClose(toReference, Array.from(surfaceVoxels(prediction), (voxel) => map[voxel]));
});

test("surfaceDistances of swapped masks are swapped", () => {
  fc.assert(fc.property(pairs, ({ prediction, reference, spacing }) => {
    const found = surfaceDistances(prediction, reference, spacing);
    const swapped = surfaceDistances(reference, prediction, spacing);
    assert.deepEqual(swapped.toReference, found.toPrediction);
    assert.deepEqual(swapped.toPrediction, found.toReference);
  }));
});

test("surfaceDistances to an empty mask are infinite, between empty ones there are none", () => {
  const empty = { data: new Uint8Array(4), shape: [2, 2] };
  const full = { data: new Uint8Array(4).fill(1), shape: [2, 2] };
  assert.deepEqual(surfaceDistances(full, empty, [1, 1]), {
    toReference: new Float32Array(4).fill(Infinity),
    toPrediction: new Float32Array(0),
  });
  assert.deepEqual(surfaceDistances(empty, empty, [1, 1]), {
    toReference: new Float32Array(0),
    toPrediction: new Float32Array(0),
  });
});

test("surfaceDistances refuses shapes that differ and spacings that do not fit", () => {
  const slice = { data: new Uint8Array(4), shape: [2, 2] };
  const volume = { data: new Uint8Array(4), shape: [1, 2, 2] };
  const line = { data: new Uint8Array(4), shape: [4] };
  assert.throws(() => surfaceDistances(slice, volume, [1, 1]), TypeError);
  assert.throws(() => surfaceDistances(line, line, [1]), TypeError);
  assert.throws(() => surfaceDistances(volume, volume, [1, 1]), TypeError);
  for (const length of [0, -1, NaN, Infinity]) {
    assert.throws(() => surfaceDistances(slice, slice, [length, 1]), RangeError);
  }
});
