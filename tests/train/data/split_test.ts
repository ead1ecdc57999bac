/** The split by patient: no leaks, the same wherever it is drawn. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { splitPatients } from "../../../train/data/split.ts";

const someIds = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 2, maxLength: 60 });
const seeds = fc.integer({ min: 0, max: 0xffffffff });
const shares = fc.double({ min: 0.01, max: 0.99, noNaN: true });

Deno.test("splitPatients gives every patient one side, and each side a patient", () => {
  fc.assert(fc.property(someIds, seeds, shares, (ids, seed, validation) => {
    const split = splitPatients(ids, { validation, seed });
    assert.deepEqual([...split.training, ...split.validation].sort(), [...ids].sort());
    assert.ok(split.training.length > 0 && split.validation.length > 0);
  }));
});

Deno.test("splitPatients does not care for the order of the ids", () => {
  fc.assert(fc.property(someIds, seeds, (ids, seed) => {
    assert.deepEqual(splitPatients([...ids].reverse(), { seed }), splitPatients(ids, { seed }));
  }));
});

Deno.test("splitPatients keeps the share asked for", () => {
  const ids = Array.from({ length: 110 }, (_, index) => `patient ${index}`);
  assert.equal(splitPatients(ids, { validation: 0.2 }).validation.length, 22);
  assert.equal(splitPatients(ids, { validation: 0.001 }).validation.length, 1);
  assert.equal(splitPatients(ids, { validation: 0.999 }).training.length, 1);
});

Deno.test("splitPatients with a share of 0 leaves all patients to learn from", () => {
  const split = splitPatients(["b", "a"], { validation: 0 });
  assert.deepEqual(split, { training: ["a", "b"], validation: [] });
  const alone = splitPatients(["a"], { validation: 0 });
  assert.deepEqual(alone, { training: ["a"], validation: [] });
});

Deno.test("splitPatients draws other patients from another seed", () => {
  const ids = Array.from({ length: 110 }, (_, index) => `patient ${index}`);
  const [one, two] = [1, 2].map((seed) => splitPatients(ids, { seed }).validation.join());
  assert.notEqual(one, two);
});

Deno.test("splitPatients draws today what it drew when a run was made", () => {
  const { validation } = splitPatients([..."abcdefghij"], { validation: 0.3, seed: 42 });
  assert.deepEqual(validation, ["b", "i", "j"]);
});

const refused: [name: string, ids: string[], options: object, message: RegExp][] = [
  ["one patient", ["a"], {}, /at least 2: current value is 1; --validation 0 learns from all/],
  ["no patient", [], { validation: 0 }, /at least 1: current value is 0/],
  ["a share under 0", ["a", "b"], { validation: -1 }, /from 0 to below 1: current value is -1/],
  ["a share of 1", ["a", "b"], { validation: 1 }, /from 0 to below 1: current value is 1/],
  ["a share that is not a number", ["a", "b"], { validation: NaN }, /current value is NaN/],
  ["a patient given twice", ["a", "b", "a"], {}, /a is given twice/],
  ["a seed that is not whole", ["a", "b"], { seed: 1.5 }, /seed .* current value is 1.5/],
];

for (const [name, ids, options, message] of refused) {
  Deno.test(`splitPatients refuses ${name}`, () => {
    assert.throws(() => splitPatients(ids, options), { name: "RangeError", message });
  });
}
