import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { decodeMask } from "../../shared/image/decode.ts";
import { decodeRunLength, encodeRunLength } from "../../shared/run_length.ts";
import { readFixture } from "./repository.ts";

test("decodeRunLength gives back any mask that encodeRunLength took", () => {
  fc.assert(fc.property(fc.array(fc.nat(1)), (values) => {
    const mask = { data: Uint8Array.from(values), shape: [1, values.length] };
    const { shape, runs } = encodeRunLength(mask);
    assert.deepEqual(decodeRunLength({ shape, runs }), mask);
    // Only the first run may be empty, or two neighbours could be one.
    assert.ok(runs.slice(1).every((run) => run > 0));
  }));
});

test("encodeRunLength is far shorter than a real mask", async () => {
  const mask = await decodeMask(readFixture("mask.png"));
  const encoded = encodeRunLength(mask);
  assert.deepEqual(decodeRunLength(encoded), mask);
  assert.ok(encoded.runs.length < mask.data.length / 10);
});

test("encodeRunLength starts with background, counting it as 0 where there is none", () => {
  const runs = (...values: number[]) =>
    encodeRunLength({ data: Uint8Array.from(values), shape: [values.length] }).runs;
  assert.deepEqual(runs(0, 0, 1), [2, 1]);
  assert.deepEqual(runs(1, 1, 0), [0, 2, 1]);
  assert.deepEqual(runs(0, 0), [2]);
  assert.deepEqual(runs(1), [0, 1]);
  assert.deepEqual(runs(), []);
  assert.deepEqual(runs(0, 255, 1, 0), [1, 2, 1]);
});

test("decodeRunLength refuses runs that do not add up, before it allocates anything", () => {
  assert.throws(() => decodeRunLength({ shape: [2, 2], runs: [1, 2] }), {
    name: "RangeError",
    message:
      "Cannot decode run lengths as they must add up to the mask's size 4: current value is 3",
  });
  assert.throws(() => decodeRunLength({ shape: [1e9, 1e9], runs: [1] }), RangeError);
});

test("decodeRunLength refuses runs and shapes that are not whole numbers", () => {
  assert.throws(() => decodeRunLength({ shape: [4], runs: [5, -1] }), /current value is -1/);
  assert.throws(() => decodeRunLength({ shape: [4], runs: [1.5, 2.5] }), /current value is 1.5/);
  assert.throws(() => decodeRunLength({ shape: [-2, -2], runs: [4] }), /-2x-2/);
});
