/** What README.md and edge/README.md tell of the models is what the cards of the models tell, rounded. */
import assert from "node:assert/strict";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { EvaluationCard } from "../../../shared/model_card.ts";
import { modelFiles, readModel } from "../../../train/export/model_folder.ts";
import { root } from "../support/run_command.ts";
import { assertRounded, cellsOf } from "./told_figures.ts";

const models = join(root, "edge/models");

/** A row of the table. */
interface Row {
  readonly name: string;
  readonly what: string;
  /** One clause for each group of patients. */
  readonly figures: readonly string[];
}

/** The rows of the README's table of models. */
function rowsOf(readme: string): Row[] {
  return cellsOf(readme, "model").slice(2).map(([name, what, figures]) => ({
    name,
    what,
    figures: figures.split("; "),
  }));
}

/** Holds a clause as `0.821 (median 0.867; 0.782 to 0.857) on 50` to the card's entry on as many patients. */
function assertTold(clause: string, evaluation: readonly EvaluationCard[], name: string): void {
  const mean = clause.match(/^\D*(\d\.\d+)/)?.[1],
    count = clause.match(/ on (?:the )?(?:same )?(\d+)/)?.[1];
  assert.ok(mean && count, `${name}: a mean Dice on a number of patients must be in "${clause}"`);
  const entry = evaluation.find((entry) => entry.count === Number(count));
  assert.ok(entry, `${name}: the card has nothing on ${count} patients`);
  assertRounded(mean, entry.meanVolumeDice, `${name}, mean`);
  const median = clause.match(/median (\d\.\d+)/)?.[1];
  if (median) assertRounded(median, entry.medianVolumeDice, `${name}, median`);
  const interval = clause.match(/(\d\.\d+) to (\d\.\d+)/)?.slice(1) ?? [];
  for (const [end, told] of interval.entries()) {
    assertRounded(told, entry.meanInterval95?.[end], `${name}, interval`);
  }
}

const readme = await readFile(join(root, "README.md"), "utf8"), rows = rowsOf(readme);

Deno.test("the README's table has every model that ships", async () => {
  assert.deepEqual(rows.map(({ name }) => name).sort(), (await readdir(models)).sort());
});

for (const { name, what, figures } of rows) {
  Deno.test(`the README tells of ${name} what its card tells`, async () => {
    const { card } = await readModel(join(models, name));
    for (const clause of figures) assertTold(clause, card.evaluation, name);
    const megabytes = what.match(/(\d+\.\d+) MB/)?.[1];
    if (!megabytes) return;
    const { size } = await stat(join(models, name, modelFiles.model));
    assert.equal(megabytes, (size / 1e6).toFixed(1), `${name}: MB of ${modelFiles.model}`);
  });
}

Deno.test("edge/README.md tells what a slice that comes alone costs by the cards", async () => {
  const page = (await readFile(join(root, "edge/README.md"), "utf8")).replaceAll("\n", " ");
  const sentence = /In cross-validation lone slices cost a Dice of ([^:]+):/.exec(page)![1];
  const told = [...sentence.matchAll(/(\d\.\d+) \(`(\w+)`\)/g)];
  assert.deepEqual(told.map(([, , name]) => name), ["preview", "unet"]);
  for (const [, cost, name] of told) {
    const [entry] = (await readModel(join(models, name))).card.evaluation;
    const alone = entry.variants!.find((variant) =>
      /by the slice, each slice's/.test(variant.name)
    );
    assertRounded(cost, entry.meanVolumeDice - alone!.meanVolumeDice!, name, 1e-4);
  }
});
