import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { addCounts, confusionCounts } from "../../shared/confusion.ts";
import type { Mask } from "../../shared/volume.ts";
import { readMetricCases } from "./golden.ts";

test("confusionCounts equals the reference on all its cases", () => {
  const cases = readMetricCases();
  assert.ok(cases.length > 0);
  for (const { prediction, reference, tp, fp, fn } of cases) {
    assert.deepEqual(confusionCounts(prediction, reference), {
      truePositives: tp,
      falsePositives: fp,
      falseNegatives: fn,
      trueNegatives: prediction.data.length - tp - fp - fn,
    });
  }
});

test("confusionCounts takes any value but 0 for tumor", () => {
  const prediction = { data: new Uint8Array([255, 1]), shape: [2] };
  const reference = { data: new Uint8Array([1, 255]), shape: [2] };
  assert.equal(confusionCounts(prediction, reference).truePositives, 2);
});

/** The counts found the slow way. */
function bruteForce(p: Uint8Array, r: Uint8Array) {
  const count = (inP: boolean, inR: boolean) =>
    p.reduce((sum, value, i) => sum + Number((value !== 0) === inP && (r[i] !== 0) === inR), 0);
  return {
    truePositives: count(true, true),
    falsePositives: count(true, false),
    falseNegatives: count(false, true),
    trueNegatives: count(false, false),
  };
}

/** A mask of the same voxels in a memory of its own that starts some bytes earlier. */
function maskAt(offset: number, data: Uint8Array): Mask {
  const memory = new Uint8Array(offset + data.length).fill(9, 0, offset);
  memory.set(data, offset);
  return { data: memory.subarray(offset), shape: [data.length] };
}

const empty = (length: number): Mask => ({ data: new Uint8Array(length), shape: [length] });

test("confusionCounts equals counting one voxel after the other, any values, length and place in memory", () => {
  const value = fc.oneof({ arbitrary: fc.constantFrom(0, 1), weight: 3 }, fc.nat(255));
  const memory = fc.array(value, { minLength: 70, maxLength: 70 }).map((list) =>
    Uint8Array.from(list)
  );
  fc.assert(
    fc.property(memory, memory, fc.nat(7), (p, r, shift) => {
      for (let length = 0; length <= 70; length++) {
        const [first, second] = [p.subarray(0, length), r.subarray(0, length)];
        const expected = bruteForce(first, second);
        for (let offset = 0; offset < 8; offset++) {
          const masks = [maskAt(offset, first), maskAt((offset + shift) % 8, second)] as const;
          assert.deepEqual(confusionCounts(...masks), expected);
        }
      }
    }),
    { numRuns: 20 },
  );
});

test("confusionCounts finds a lone voxel of any value at any place", () => {
  const background = empty(100);
  for (let value = 1; value < 256; value++) {
    for (let voxel = 0; voxel < 100; voxel++) {
      const lone = empty(100);
      lone.data[voxel] = value;
      assert.equal(confusionCounts(lone, background).falsePositives, 1, `${value} at ${voxel}`);
      assert.equal(confusionCounts(background, lone).falseNegatives, 1, `${value} at ${voxel}`);
    }
  }
});

test("confusionCounts finds voxels that cancel each other where eight are taken for a float", () => {
  const floats = fc.array(
    fc.constantFrom(-Infinity, -1, -5e-324, -0, 0, 5e-324, 1, Infinity, NaN),
    {
      minLength: 12,
      maxLength: 12,
    },
  ).map((list) => new Uint8Array(Float64Array.from(list).buffer));
  fc.assert(fc.property(floats, floats, (p, r) => {
    assert.deepEqual(confusionCounts(maskAt(0, p), maskAt(0, r)), bruteForce(p, r));
  }));
});

test("confusionCounts counts every voxel of long masks without background", () => {
  const values = [[1, 1], [255, 255], [1, 255], [128, 1]];
  for (const length of [1008, 1009, 1023, 1024, 4 * 255, 8 * 255 + 4, 100_003]) {
    for (const [even, odd] of values) {
      const full = empty(length);
      // Sixteen of each in turn, as so many are looked at together.
      full.data.forEach((_, voxel) => full.data[voxel] = (voxel >> 4) % 2 === 0 ? even : odd);
      assert.equal(confusionCounts(full, full).truePositives, length);
    }
  }
});

test("addCounts of the parts equals confusionCounts of the whole", () => {
  const pairs = fc.array(fc.tuple(fc.nat(1), fc.nat(1)), { maxLength: 40 });
  fc.assert(fc.property(pairs, fc.nat(40), (pairs, cut) => {
    const masks = (part: typeof pairs): [Mask, Mask] => [
      { data: Uint8Array.from(part, ([p]) => p), shape: [part.length] },
      { data: Uint8Array.from(part, ([, r]) => r), shape: [part.length] },
    ];
    const first = confusionCounts(...masks(pairs.slice(0, cut)));
    const second = confusionCounts(...masks(pairs.slice(cut)));
    assert.deepEqual(addCounts(first, second), confusionCounts(...masks(pairs)));
  }));
});

test("confusionCounts refuses masks of different shapes, even of equal size", () => {
  const prediction = { data: new Uint8Array(4), shape: [1, 4] };
  const reference = { data: new Uint8Array(4), shape: [2, 2] };
  assert.throws(() => confusionCounts(prediction, reference), {
    name: "TypeError",
    message:
      "Cannot compare masks as the reference must have the prediction's shape 1x4: current value is 2x2",
  });
});

test("confusionCounts refuses a mask that does not fill its shape", () => {
  const whole = { data: new Uint8Array(4), shape: [4] };
  const short = { data: new Uint8Array(3), shape: [4] };
  assert.throws(() => confusionCounts(whole, short), /reference of shape 4 must hold 4 values/);
  assert.throws(() => confusionCounts(short, whole), /prediction of shape 4 must hold 4 values/);
});
