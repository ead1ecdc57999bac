/** Runs in a folder: all of them are found, and what is broken is named and left out. */
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { summarizeFolds } from "../../../train/crossvalidation/summary.ts";
import { findRuns } from "../../../train/runs_page/find_runs.ts";
import { stateFiles } from "../../../train/run/training_state.ts";
import { recipes } from "../../../train/fit/training_settings.ts";
import { exampleFolds, exampleIds } from "../support/crossvalidation_example.ts";
import { makeRun } from "../support/example_run.ts";
import { withFolder } from "../support/temporary_folder.ts";

Deno.test("findRuns finds runs in folders within, sorted by name, and how far each is", async () => {
  await withFolder(async (folder) => {
    await makeRun(join(folder, "old/run-10"));
    await writeFile(join(folder, "old/run-10/evaluation.json"), "{}");
    await makeRun(join(folder, "old/run-9"));
    await makeRun(join(folder, "stopped"));
    await writeFile(join(folder, "stopped/evaluation.json"), "{}");
    await writeFile(join(folder, "stopped", stateFiles.newest), "");
    await makeRun(join(folder, ".hidden"));
    await makeRun(join(folder, "stopped/model"));
    const { runs, problems } = await findRuns(folder);
    assert.deepEqual(problems, []);
    assert.deepEqual(runs.map(({ name, state }) => [name, state]), [
      ["old/run-9", "unfinished"],
      ["old/run-10", "finished"],
      ["stopped", "unfinished"],
    ]);
  });
});

Deno.test("findRuns finds cross-validations, summed or not, and their folds", async () => {
  await withFolder(async (folder) => {
    for (const name of ["done", "begun"]) {
      await makeRun(join(folder, name, "fold-1"));
      const plan = { folds: 2, patients: exampleIds };
      await writeFile(join(folder, name, "crossvalidation.json"), JSON.stringify(plan));
    }
    const summary = summarizeFolds(exampleIds, exampleFolds, recipes.reference);
    await writeFile(join(folder, "done/evaluation.json"), JSON.stringify(summary));
    const { runs, crossvalidations } = await findRuns(folder);
    assert.deepEqual(runs.map(({ name }) => name), ["begun/fold-1", "done/fold-1"]);
    assert.deepEqual(
      crossvalidations.map((
        { name, plan, summary },
      ) => [name, plan.folds, summary?.meanVolumeDice]),
      [["begun", 2, undefined], ["done", 2, 0.75]],
    );
  });
});

Deno.test("findRuns names what it cannot read, and goes on", async () => {
  await withFolder(async (folder) => {
    await makeRun(join(folder, "whole"));
    await makeRun(join(folder, "torn"));
    await writeFile(join(folder, "torn/metrics.json"), '{"epochs": [');
    await mkdir(join(folder, "strange"));
    await writeFile(join(folder, "strange/config.json"), "{}");
    const { runs, problems } = await findRuns(folder);
    assert.deepEqual(runs.map(({ name }) => name), ["whole"]);
    assert.match(problems[0], /strange .*split\.json must be readable/);
    assert.match(problems[1], /torn .*metrics\.json must be readable/);
  });
});

Deno.test("findRuns refuses a folder that is not there", async () => {
  await assert.rejects(findRuns("no/such/folder"), /look for runs in no\/such\/folder/);
});
