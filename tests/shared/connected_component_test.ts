import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { largestComponent } from "../../shared/connected_component.ts";
import type { Mask } from "../../shared/volume.ts";

/** Two voxels touch: how far apart they are along each axis decides. */
function touch(a: number[], b: number[], connectivity: "full" | "faces"): boolean {
  const apart = a.map((value, axis) => Math.abs(value - b[axis]));
  const far = Math.max(...apart), sum = apart.reduce((x, y) => x + y, 0);
  return connectivity === "full" ? far <= 1 : sum <= 1;
}

/** The largest component found the slow way: every voxel takes its neighbours' smallest number until none changes. */
function bruteForce(mask: Mask, connectivity: "full" | "faces"): number[] {
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
  const largest = voxels.toSorted((a, b) => sizeOf(b) - sizeOf(a) || a - b)[0];
  return Array.from(
    mask.data.keys(),
    (i) => largest !== undefined && label.get(i) === label.get(largest) ? 1 : 0,
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
  test(`largestComponent equals a brute-force search, ${connectivity} connectivity`, () => {
    fc.assert(fc.property(masks, (mask) => {
      const found = largestComponent(mask, { connectivity });
      assert.deepEqual(Array.from(found.data), bruteForce(mask, connectivity));
      assert.equal(found.shape, mask.shape);
    }));
  });
}

const mask = (rows: string[]): Mask => ({
  data: Uint8Array.from(rows.join(""), Number),
  shape: [rows.length, rows[0].length],
});

test("largestComponent connects corners unless only faces count", () => {
  const stairs = mask(["1000", "0100", "0011"]);
  assert.deepEqual(largestComponent(stairs), stairs);
  const [, , last] = ["0000", "0000", "0011"];
  const expected = mask(["0000", "0000", last]);
  assert.deepEqual(largestComponent(stairs, { connectivity: "faces" }), expected);
});

test("largestComponent does not connect the end of a row with the start of the next", () => {
  const rows = mask(["00011", "11000", "00000"]);
  assert.deepEqual(largestComponent(rows), mask(["00011", "00000", "00000"]));
});

test("largestComponent connects slices through corners", () => {
  const data = new Uint8Array([1, 0, 0, 0, 0, 0, 0, 1]);
  assert.deepEqual(largestComponent({ data, shape: [2, 2, 2] }).data, data);
  const alone = largestComponent({ data, shape: [2, 2, 2] }, { connectivity: "faces" });
  assert.deepEqual(alone.data, new Uint8Array([1, 0, 0, 0, 0, 0, 0, 0]));
});

test("largestComponent of an empty mask is empty, and a full volume is one piece", () => {
  const empty = { data: new Uint8Array(6), shape: [2, 3] };
  assert.deepEqual(largestComponent(empty), empty);
  const full = { data: new Uint8Array(20 * 64 * 64).fill(1), shape: [20, 64, 64] };
  assert.deepEqual(largestComponent(full).data, full.data);
});

test("largestComponent gives ones for a mask of 255", () => {
  const loud = { data: new Uint8Array([0, 255, 255]), shape: [1, 3] };
  assert.deepEqual(largestComponent(loud).data, new Uint8Array([0, 1, 1]));
});

test("largestComponent refuses a mask of other than two or three axes", () => {
  assert.throws(() => largestComponent({ data: new Uint8Array(4), shape: [4] }), {
    name: "TypeError",
    message:
      "Cannot find the largest component as the mask's shape must be [height, width] or [slices, height, width]: current value is 4",
  });
});
