import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { largeComponents } from "../../shared/connected_component.ts";
import type { Mask } from "../../shared/volume.ts";

/** Two voxels touch: how far apart they are along each axis decides. */
function touch(a: number[], b: number[], connectivity: "full" | "faces"): boolean {
  const apart = a.map((value, axis) => Math.abs(value - b[axis]));
  const far = Math.max(...apart), sum = apart.reduce((x, y) => x + y, 0);
  return connectivity === "full" ? far <= 1 : sum <= 1;
}

/** The large components found the slow way: every voxel takes its neighbours' smallest number until none changes. */
function bruteForce(mask: Mask, share: number, connectivity: "full" | "faces"): number[] {
  const [width, height] = mask.shape.toReversed();
  const place = (
    i: number,
  ) => [Math.floor(i / width / height), Math.floor(i / width) % height, i % width];
  const voxels = Array.from(mask.data.keys()).filter((i) => mask.data[i] !== 0);
  const label = new Map(voxels.map((voxel) => [voxel, voxel]));
  for (let changed = true; changed;) {
    changed = false;
    for (const a of voxels) {
      for (const b of voxels) {
        if (label.get(b)! >= label.get(a)! || !touch(place(a), place(b), connectivity)) continue;
        label.set(a, label.get(b)!);
        changed = true;
      }
    }
  }
  const sizeOf = (number: number) => voxels.filter((voxel) => label.get(voxel) === number).length;
  const largest = Math.max(...voxels.map((voxel) => sizeOf(label.get(voxel)!)));
  return Array.from(
    mask.data.keys(),
    (i) => label.has(i) && sizeOf(label.get(i)!) >= share * largest ? 1 : 0,
  );
}

const shapes = fc.oneof(
  fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 })),
  fc.tuple(
    fc.integer({ min: 1, max: 3 }),
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 1, max: 4 }),
  ),
);
const masks: fc.Arbitrary<Mask> = shapes.chain((shape) => {
  const length = shape.reduce<number>((size, axis) => size * axis, 1);
  return fc.array(fc.constantFrom(0, 0, 1), { minLength: length, maxLength: length })
    .map((data) => ({ data: Uint8Array.from(data), shape }));
});

for (const connectivity of ["full", "faces"] as const) {
  test(`largeComponents equals a brute-force search, ${connectivity} connectivity`, () => {
    fc.assert(fc.property(masks, fc.constantFrom(0, 0.3, 0.5, 1), (mask, share) => {
      const found = largeComponents(mask, share, { connectivity });
      assert.deepEqual(Array.from(found.data), bruteForce(mask, share, connectivity));
      assert.equal(found.shape, mask.shape);
    }));
  });
}

const mask = (rows: string[]): Mask => ({
  data: Uint8Array.from(rows.join(""), Number),
  shape: [rows.length, rows[0].length],
});

test("largeComponents connects corners unless only faces count", () => {
  const stairs = mask(["1000", "0100", "0011"]);
  assert.deepEqual(largeComponents(stairs, 1), stairs);
  const [, , last] = ["0000", "0000", "0011"];
  const expected = mask(["0000", "0000", last]);
  assert.deepEqual(largeComponents(stairs, 1, { connectivity: "faces" }), expected);
});

test("largeComponents does not connect the end of a row with the start of the next", () => {
  const rows = mask(["00111", "10000", "00000"]);
  assert.deepEqual(largeComponents(rows, 1), mask(["00111", "00000", "00000"]));
});

test("largeComponents connects slices through corners", () => {
  const data = new Uint8Array([1, 1, 0, 0, 0, 0, 0, 1]);
  assert.deepEqual(largeComponents({ data, shape: [2, 2, 2] }, 1).data, data);
  const alone = largeComponents({ data, shape: [2, 2, 2] }, 1, { connectivity: "faces" });
  assert.deepEqual(alone.data, new Uint8Array([1, 1, 0, 0, 0, 0, 0, 0]));
});

test("largeComponents of an empty mask is empty, and a full volume is one piece", () => {
  const empty = { data: new Uint8Array(6), shape: [2, 3] };
  assert.deepEqual(largeComponents(empty, 1), empty);
  const full = { data: new Uint8Array(20 * 64 * 64).fill(1), shape: [20, 64, 64] };
  assert.deepEqual(largeComponents(full, 1).data, full.data);
});

test("largeComponents gives ones for a mask of 255", () => {
  const loud = { data: new Uint8Array([0, 255, 255]), shape: [1, 3] };
  assert.deepEqual(largeComponents(loud, 1).data, new Uint8Array([0, 1, 1]));
});

test("largeComponents refuses a mask of other than two or three axes", () => {
  assert.throws(() => largeComponents({ data: new Uint8Array(4), shape: [4] }, 1), {
    name: "TypeError",
    message:
      "Cannot find the large components as the mask's shape must be [height, width] or [slices, height, width]: current value is 4",
  });
});

test("largeComponents refuses a share that is none", () => {
  assert.throws(() => largeComponents(mask(["01"]), 50), {
    name: "RangeError",
    message:
      "Cannot find the large components as the share of the largest must be from 0 to 1: current value is 50",
  });
});
