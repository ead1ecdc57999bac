/** The cross-validation's table in train/models.md tells what the cards of the models tell, rounded. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ModelCard } from "../../../shared/model_card.ts";
import { foldOf, institutionOf } from "../../../train/data/folds.ts";
import { readModel } from "../../../train/export/model_folder.ts";
import { summarizeFigure } from "../../../train/validate/figure_summary.ts";
import { root } from "../support/run_command.ts";
import { assertRounded, cellsOf } from "./told_figures.ts";

/** What is known of a group of patients: of those by tumor size, whom the card does not name, the mean alone. */
interface Group {
  readonly mean: number | null | undefined;
  readonly median?: number | null;
  readonly interval?: readonly [low: number, high: number];
}

/** A group that the card has no median and no interval of, by its patients' Dice. */
function groupOf(dice: readonly (number | null)[]): Group {
  const { mean, median, interval } = summarizeFigure(dice), { low, high } = interval!;
  return { mean, median, interval: [low, high] };
}

/** The groups of a cross-validation's patients, under the names that they have in the table. */
function groupsOf({ evaluation: [entry] }: ModelCard): Map<string, Group> {
  const { count, meanVolumeDice, medianVolumeDice, meanInterval95 } = entry;
  const dice = entry.diceByPatient!, ids = Object.keys(dice), folds = 5;
  const groups = new Map<string, Group>();
  groups.set(`all ${count}`, {
    mean: meanVolumeDice,
    median: medianVolumeDice,
    interval: meanInterval95,
  });
  for (let fold = 1; fold <= folds; fold++) {
    const { validation } = foldOf(ids, { fold, folds });
    groups.set(`fold ${fold}`, groupOf(validation.map((id) => dice[id])));
  }
  for (const { name, count, meanVolumeDice: mean } of entry.institutions!) {
    const own = ids.filter((id) => institutionOf(id) === name).map((id) => dice[id]);
    groups.set(`institution ${name} (${count})`, { ...groupOf(own), mean });
  }
  for (const { name, count, meanVolumeDice: mean } of entry.tumorSizes!) {
    groups.set(`${name.split(":")[0]} tumors (${count})`, { mean });
  }
  return groups;
}

const page = await readFile(join(root, "train/models.md"), "utf8");
const [headings, , ...lines] = cellsOf(page, "patients");

/** What a row tells of a model. Columns are found by their headings: those of other models may come between them. */
function toldOf(model: string, group: string) {
  const column = headings.indexOf(model), cells = lines.find(([name]) => name === group);
  assert.ok(column > 0 && cells, `${model}, ${group}: must be in the table`);
  const [interval, median] = ["95 % interval", "median"].map((heading) =>
    cells[headings.indexOf(heading, column)]
  );
  return { mean: cells[column], interval: interval.split(" to "), median };
}

/** How far apart two intervals of the same few patients can be: the table's groups are of other resamples than ours. */
const otherResamples = 6e-3;

for (const model of ["preview", "unet"]) {
  Deno.test(`models.md tells of ${model}'s cross-validation what its card tells`, async () => {
    const { card } = await readModel(join(root, "edge/models", model));
    for (const [name, { mean, median, interval }] of groupsOf(card)) {
      const told = toldOf(model, name), where = `${model}, ${name}`;
      assertRounded(told.mean, mean, `${where}, mean`);
      if (!interval) continue;
      assertRounded(told.median, median, `${where}, median`);
      const open = interval === card.evaluation[0].meanInterval95 ? undefined : otherResamples;
      for (const [end, exact] of interval.entries()) {
        assertRounded(told.interval[end], exact, `${where}, interval`, open);
      }
    }
  });
}
