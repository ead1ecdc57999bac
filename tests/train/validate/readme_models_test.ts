/** The README's table of models tells what the cards of the models tell, rounded. */
import assert from "node:assert/strict";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { EvaluationCard } from "../../../shared/model_card.ts";
import { modelFiles, readModel } from "../../../train/export/model_folder.ts";
import { root } from "../support/run_command.ts";

const models = join(root, "edge/models");

/** A row of the table. */
interface Row {
  readonly name: string;
  readonly what: string;
  /** One clause for each group of patients. */
  readonly figures: readonly string[];
}

/** The rows of the table whose first column is headed "model". */
function rowsOf(readme: string): Row[] {
  const table = readme.slice(readme.search(/^\| model /m)).split("\n\n")[0];
  return table.split("\n").slice(2).filter(Boolean).map((line) => {
    const [name, what, figures] = line.split("|").slice(1).map((cell) => cell.trim());
    return { name: name.replaceAll("`", ""), what, figures: figures.split("; ") };
  });
}

/** Half of the last digit, and as much as the card's four digits leave open. */
function assertRounded(told: string, exact: number | undefined, where: string): void {
  const digits = told.split(".")[1].length, within = 0.5 * 10 ** -digits + 0.5e-4 + 1e-9;
  const holds = exact !== undefined && Math.abs(Number(told) - exact) <= within;
  assert.ok(holds, `${where}: the README tells ${told}, the card ${exact}`);
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
