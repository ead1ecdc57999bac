/** The sum of the folds: every patient once, figures over all and by institution. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { bootstrapInterval } from "../../../train/evaluation/bootstrap.ts";
import { type EpochChoice, summarizeFolds } from "../../../train/crossvalidation/summary.ts";
import { crossvalidationTable } from "../../../train/crossvalidation/table.ts";
import { seededRandom } from "../../../train/data/random.ts";
import { writeCrossvalidationReport } from "../../../train/report/crossvalidation_report.ts";
import { recipes } from "../../../train/fit/training_settings.ts";
import { exampleFold, exampleFolds, exampleIds } from "../support/crossvalidation_example.ts";
import { withFolder } from "../support/temporary_folder.ts";

const { reference, best } = recipes;
const summary = summarizeFolds(exampleIds, exampleFolds, reference);

Deno.test("summarizeFolds sums the patients of all folds, the best epoch's and the last one's", () => {
  const { patients, count, meanVolumeDice, medianVolumeDice } = summary,
    lastEpoch = summary.lastEpoch!;
  assert.deepEqual(
    patients.map((
      { id, fold, institution, volumeDice, lastEpochDice },
    ) => [id, fold, institution, volumeDice, lastEpochDice]),
    [
      ["TCGA_CS_1", 1, "CS", 0.5, 0.375],
      ["TCGA_CS_2", 2, "CS", 1, 0.875],
      ["TCGA_DU_3", 1, "DU", 0.75, 0.625],
      ["other 4", 2, "other", null, null],
    ],
  );
  assert.deepEqual([count, meanVolumeDice, medianVolumeDice], [3, 0.75, 0.75]);
  assert.deepEqual([lastEpoch.count, lastEpoch.meanVolumeDice], [3, 0.625]);
});

Deno.test("summarizeFolds gives the figures of each institution and each fold", () => {
  assert.deepEqual(
    summary.institutions.map((
      { institution, count, meanVolumeDice },
    ) => [institution, count, meanVolumeDice]),
    [["CS", 2, 0.75], ["DU", 1, 0.75], ["other", 0, null]],
  );
  assert.deepEqual(
    summary.folds.map((
      { fold, epoch, count, meanVolumeDice },
    ) => [fold, epoch, count, meanVolumeDice]),
    [[1, 1, 2, 0.625], [2, 1, 1, 1]],
  );
});

Deno.test("summarizeFolds gives an interval around the mean, and none of one patient", () => {
  const { low, high } = summary.meanInterval!;
  assert.ok(0.5 <= low && low < 0.75 && 0.75 < high && high <= 1);
  assert.deepEqual(summary.institutions.map(({ meanInterval }) => meanInterval === null), [
    false,
    true,
    true,
  ]);
});

const refused: [name: string, ids: string[], folds: typeof exampleFolds, message: RegExp][] = [
  ["a patient in no fold", [...exampleIds, "x"], exampleFolds, /x was in 0$/],
  [
    "a patient in two folds",
    exampleIds,
    [...exampleFolds, exampleFold(3, { "TCGA_CS_1": 1 })],
    /TCGA_CS_1 was in 2$/,
  ],
  ["a strange patient", exampleIds.slice(1), exampleFolds, /TCGA_CS_1 .* not one of the patients/],
];

for (const [name, ids, folds, message] of refused) {
  Deno.test(`summarizeFolds refuses ${name}`, () => {
    assert.throws(() => summarizeFolds(ids, folds, reference), message);
  });
}

Deno.test("bootstrapInterval covers the true mean about as often as it says", () => {
  // Thirty patients each time, drawn evenly from 0 to 1.
  const random = seededRandom(1), trials = 300;
  let covered = 0;
  for (let trial = 0; trial < trials; trial++) {
    const values = Array.from({ length: 30 }, () => random.fraction());
    const { low, high } = bootstrapInterval(values, { resamples: 400, seed: trial })!;
    if (low <= 0.5 && 0.5 <= high) covered++;
  }
  assert.ok(covered / trials > 0.9 && covered / trials < 0.98, String(covered / trials));
});

Deno.test("bootstrapInterval repeats itself, and is wider at a higher level", () => {
  const values = [0.2, 0.5, 0.9, 0.95, 0.4];
  assert.deepEqual(bootstrapInterval(values), bootstrapInterval(values));
  const [narrow, wide] = [0.5, 0.99].map((level) => bootstrapInterval(values, { level })!);
  assert.ok(wide.low < narrow.low && narrow.high < wide.high);
});

Deno.test("crossvalidationTable lists patients, institutions, folds and all", () => {
  const lines = crossvalidationTable(summary).split("\n");
  assert.ok(lines.some((line) => /^TCGA_DU_3 +1 +0\.750 +0\.625$/.test(line)));
  assert.ok(lines.some((line) => /^other 4 +2 +- +-$/.test(line)));
  assert.ok(
    lines.some((line) => /^institution CS +2 +0\.750 +0\.500 to 1\.000 +0\.750$/.test(line)),
  );
  assert.ok(lines.some((line) => /^fold 2 +1 +1\.000 +- +1\.000$/.test(line)));
  assert.ok(lines.some((line) => /^all +3 +0\.750 +0\.\d+ to \d\.\d+ +0\.750$/.test(line)));
});

Deno.test("a cross-validation says whether its patients chose the epoch, and shows the last one beside it", async () => {
  const said = (choice: EpochChoice) => summarizeFolds(exampleIds, exampleFolds, choice).measuredOn;
  assert.equal(reference.checkpoint, "best");
  assert.match(said(reference), /chosen by the fold's own .* the last epoch was not chosen\.$/);
  assert.match(said({ ...reference, patience: 3 }), /expect a little less on others\.$/);
  assert.equal(best.checkpoint, "last");
  assert.match(said(best), /learn from it, after the last epoch: no epoch was chosen by it\.$/);
  assert.match(said({ ...best, patience: 3 }), /How long .* decided by the fold's own patients/);

  await withFolder(async (folder) => {
    for (const [recipe, times] of [["reference", 2], ["best", 0]] as const) {
      const settings = recipes[recipe];
      const plan = { recipe, settings, folds: 2, patients: exampleIds };
      const sum = summarizeFolds(exampleIds, exampleFolds, settings);
      const page = await readFile(await writeCrossvalidationReport(folder, plan, sum), "utf8");
      assert.ok(page.replaceAll("&#39;", "'").includes(sum.measuredOn));
      for (const text of [page.replace(sum.measuredOn, ""), crossvalidationTable(sum)]) {
        assert.equal(text.split("after the last epoch").length - 1, times);
      }
      const cells = /<td>TCGA_DU_3.*?<\/tr>/s.exec(page)![0].match(/<td>/g)!.length;
      const names = /<th>patient<.*?<\/thead>/s.exec(page)![0].match(/<th>/g)!.length;
      assert.equal(cells, names);
    }
  });
});

Deno.test("writeCrossvalidationReport writes a page that needs no other, and the figures as JSON", async () => {
  await withFolder(async (folder) => {
    const plan = {
      recipe: "reference",
      settings: reference,
      folds: 2,
      patients: exampleIds,
    } as const;
    const html = await readFile(await writeCrossvalidationReport(folder, plan, summary), "utf8");
    assert.doesNotMatch(html, /<script|<link|@import|url\(|src=/);
    assert.match(html, /Cross-validation of 4 patients in 2 folds/);
    assert.match(html, /not for clinical use/);
    for (const fold of [1, 2]) assert.ok(html.includes(`href="fold-${fold}/report.html"`));
    assert.match(html, /all \(3 patients\)/);
    const json = JSON.parse(await readFile(join(folder, "evaluation.json"), "utf8"));
    assert.equal(json.meanVolumeDice, 0.75);
    assert.match(json.measuredOn, /did not learn from it/);
    assert.match(json.notFor, /not for clinical use/);
  });
});
