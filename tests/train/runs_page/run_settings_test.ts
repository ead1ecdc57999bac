/** Settings side by side: what differs stands out, what does not is set apart. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { findRuns } from "../../../train/runs_page/find_runs.ts";
import { areMeasuredAlike, compareSettings } from "../../../train/runs_page/run_settings.ts";
import { makeRun, type RunChanges } from "../support/example_run.ts";
import { withFolder } from "../support/temporary_folder.ts";

async function withRuns(
  changes: readonly RunChanges[],
  test: (runs: Awaited<ReturnType<typeof findRuns>>["runs"]) => void,
): Promise<void> {
  await withFolder(async (folder) => {
    for (const [index, change] of changes.entries()) {
      await makeRun(join(folder, `${index}`), change);
    }
    test((await findRuns(folder)).runs);
  });
}

Deno.test("compareSettings gives settings that differ, with those that are not the usual marked", async () => {
  const changes = [{}, { settings: { depth: 5 } }, { config: { data: "elsewhere" } }];
  await withRuns(changes, (runs) => {
    const { differing, equal } = compareSettings(runs);
    const marked = differing.map(({ name, values }) => [
      name,
      ...values.map(({ text, odd }) => odd ? `${text}!` : text),
    ]);
    assert.deepEqual(marked, [
      ["depth", "4", "5!", "4"],
      ["data", "train/sample", "train/sample", "elsewhere!"],
    ]);
    assert.equal(equal.get("batch size"), "8");
    assert.equal(equal.get("measured on"), "1 patient");
    assert.ok(!equal.has("depth") && !equal.has("started"));
  });
});

Deno.test("compareSettings marks all where no value is the usual", async () => {
  await withRuns([{}, { settings: { depth: 5 } }], (runs) => {
    const [{ values }] = compareSettings(runs).differing;
    assert.deepEqual(values, [{ text: "4", odd: true }, { text: "5", odd: true }]);
  });
});

Deno.test("compareSettings shows a setting that some runs do not have", async () => {
  const fold = { fold: 2, folds: 5 };
  await withRuns([{}, { config: { validation: undefined, fold } }], (runs) => {
    const texts = compareSettings(runs).differing
      .map(({ name, values }) => [name, ...values.map(({ text }) => text)]);
    assert.deepEqual(texts, [["validation", "0.2", "-"], ["fold", "-", "2 of 5"]]);
  });
});

Deno.test("areMeasuredAlike and compareSettings tell runs with other validation patients apart", async () => {
  await withRuns([{}, { validation: ["b"] }, {}], (runs) => {
    assert.equal(areMeasuredAlike(runs), false);
    assert.equal(areMeasuredAlike([runs[0], runs[2]]), true);
    const [{ name, values }] = compareSettings(runs).differing;
    assert.equal(name, "measured on");
    assert.deepEqual(values.map(({ text }) => text), [
      "1 patient (set 1)",
      "1 patient (set 2)",
      "1 patient (set 1)",
    ]);
  });
});
