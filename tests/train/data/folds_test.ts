/** Folds: every patient validates once, every fold has its share of every institution. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { foldOf, institutionOf } from "../../../train/data/folds.ts";
import { runCommand } from "../support/run_command.ts";

const institution = fc.constantFrom("TCGA_CS_", "TCGA_DU_", "TCGA_HT_", "", "TCGA_", "tcga_cs_");
const someIds = fc.uniqueArray(
  fc.tuple(institution, fc.string()).map((parts) => parts.join("")),
  { minLength: 2, maxLength: 60 },
);
const seeds = fc.integer({ min: 0, max: 0xffffffff });
/** Ids with a number of folds that they are enough for. */
const someFolds = someIds.chain((ids) =>
  fc.record({ ids: fc.constant(ids), folds: fc.integer({ min: 2, max: ids.length }), seed: seeds })
);

function allFolds(ids: readonly string[], folds: number, seed: number) {
  return Array.from({ length: folds }, (_, index) => foldOf(ids, { fold: index + 1, folds, seed }));
}

Deno.test("foldOf has every patient validate once, and train in all other folds", () => {
  fc.assert(fc.property(someFolds, ({ ids, folds, seed }) => {
    const all = allFolds(ids, folds, seed), sorted = [...ids].sort();
    assert.deepEqual(all.flatMap(({ validation }) => validation).sort(), sorted);
    for (const { training, validation } of all) {
      assert.deepEqual([...training, ...validation].sort(), sorted);
    }
  }));
});

Deno.test("foldOf makes folds that differ by one patient at most, and by one of each institution", () => {
  fc.assert(fc.property(someFolds, ({ ids, folds, seed }) => {
    const all = allFolds(ids, folds, seed).map(({ validation }) => validation);
    const spread = (counts: number[]) => Math.max(...counts) - Math.min(...counts);
    assert.ok(spread(all.map(({ length }) => length)) <= 1);
    for (const institution of new Set(ids.map(institutionOf))) {
      const counts = all.map((fold) =>
        fold.filter((id) => institutionOf(id) === institution).length
      );
      assert.ok(spread(counts) <= 1, institution);
    }
  }));
});

Deno.test("foldOf does not care for the order of the ids", () => {
  fc.assert(fc.property(someFolds, ({ ids, folds, seed }) => {
    const options = { fold: 1, folds, seed };
    assert.deepEqual(foldOf([...ids].reverse(), options), foldOf(ids, options));
  }));
});

Deno.test("foldOf draws other patients from another seed", () => {
  const ids = Array.from({ length: 110 }, (_, index) => `TCGA_DU_${index}`);
  const [one, two] = [1, 2].map((seed) =>
    foldOf(ids, { fold: 1, folds: 5, seed }).validation.join()
  );
  assert.notEqual(one, two);
});

Deno.test("foldOf draws today what it drew when a run was made", () => {
  const ids = ["TCGA_CS_1", "TCGA_CS_2", "TCGA_CS_3", "TCGA_DU_1", "TCGA_DU_2", "a", "b", "c"];
  const drawn = allFolds(ids, 3, 42).map(({ validation }) => validation);
  assert.deepEqual(drawn, [
    ["TCGA_CS_1", "TCGA_DU_1", "a"],
    ["TCGA_CS_3", "TCGA_DU_2", "b"],
    ["TCGA_CS_2", "c"],
  ]);
});

Deno.test("institutionOf takes ids of another form together", () => {
  const ids = ["TCGA_HT_7602_19951103", "TCGA_HT7602", "TCGA_ht_7602", "xTCGA_HT_7602", ""];
  assert.deepEqual(ids.map(institutionOf), ["HT", "other", "other", "other", "other"]);
});

const refused: [name: string, ids: string[], options: object, message: RegExp][] = [
  ["one patient", ["a"], { fold: 1, folds: 2 }, /at least 2: current value is 1/],
  ["a patient given twice", ["a", "b", "a"], { fold: 1, folds: 2 }, /a is given twice/],
  [
    "one fold",
    ["a", "b"],
    { fold: 1, folds: 1 },
    /--folds must .* from 2 to 2: current value is 1/,
  ],
  ["more folds than patients", ["a", "b"], { fold: 1, folds: 3 }, /from 2 to 2: .* is 3/],
  ["folds that are not whole", ["a", "b", "c"], { fold: 1, folds: 2.5 }, /value is 2\.5/],
  ["fold 0", ["a", "b"], { fold: 0, folds: 2 }, /--fold must .* from 1 to 2: current value is 0/],
  ["a fold past the last", ["a", "b"], { fold: 3, folds: 2 }, /from 1 to 2: current value is 3/],
  ["a seed that is not whole", ["a", "b"], { fold: 1, folds: 2, seed: 1.5 }, /seed .* is 1.5/],
];

for (const [name, ids, options, message] of refused) {
  Deno.test(`foldOf refuses ${name}`, () => {
    assert.throws(() => foldOf(ids, options as { fold: number; folds: number }), {
      name: "RangeError",
      message,
    });
  });
}

const unusable: [options: string[], message: RegExp][] = [
  [
    ["--fold", "1", "--folds", "2", "--validation", "0.2"],
    /'--fold <k>' cannot be used with .*'--valid/,
  ],
  [["--fold", "1"], /--fold and --folds must be given together/],
  [["--folds", "5"], /--fold and --folds must be given together/],
  [
    ["--fold", "6", "--folds", "5"],
    /--fold must be at most --folds, which is 5: current value is 6/,
  ],
  [["--fold", "0", "--folds", "5"], /--fold as it must be a whole number of at least 1/],
];

for (const [options, message] of unusable) {
  Deno.test(`train refuses ${options.join(" ")}`, async () => {
    const { code, stderr } = await runCommand("train", "--data", "no", "--out", "no", ...options);
    assert.equal(code, 1);
    assert.match(stderr, message);
  });
}
