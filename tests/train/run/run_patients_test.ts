/** Which patients validate, by the seeds of a run. */
import assert from "node:assert/strict";
import { recipes } from "../../../train/fit/training_settings.ts";
import { drawSplit } from "../../../train/run/run_patients.ts";

const ids = ["CS", "DU", "FG", "HT"].flatMap((institution) =>
  [1, 2, 3, 4, 5].map((number) => `TCGA_${institution}_${number}`)
);
const patients = ids.map((id) => ({ id, digest: id }));

for (
  const [kind, part] of [["a share", { validation: 0.3 }], ["a fold", {
    fold: { fold: 2, folds: 4 },
  }]] as const
) {
  const draw = (seed: number, splitSeed?: number) =>
    drawSplit(patients, { settings: { ...recipes.best, seed, splitSeed }, ...part }).validation;

  Deno.test(`drawSplit draws ${kind} by the seed, and by the split's own where there is one`, () => {
    assert.notDeepEqual(draw(1), draw(2), "the seed draws it");
    assert.deepEqual(draw(1, 3), draw(2, 3), "other seeds share a split");
    assert.deepEqual(draw(1, 3), draw(3), "it is that of a run with this seed");
  });
}
