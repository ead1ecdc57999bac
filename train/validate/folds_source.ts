/**
 * The networks of a finished cross-validation, each on the patients that it did not learn from.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { ModelCard } from "../../shared/model_card.ts";
import { crossvalidationFiles, readPlan } from "../crossvalidation/plan.ts";
import { previewRun } from "../export/export_run.ts";
import { type Model, readModel, writeModel } from "../export/model_folder.ts";
import { readRun } from "../run/describe_run.ts";
import { counted } from "../terminal/counted.ts";
import { choosePatients } from "./choose_patients.ts";
import { type ModelSettings, modelTasks } from "./cohort_tasks.ts";
import type { PatientTask } from "./validate_patient.ts";
import type { ValidationSource } from "./validation_source.ts";

/** How a cross-validation is measured. */
export interface FoldsOptions extends ModelSettings {
  /** Its patients. */
  readonly data?: string;
  /** The folder of a model that the networks must be of one kind with. */
  readonly model?: string;
}

/** What two models have alike when the figures of one say something of the other. */
const kind = ["architecture", "input", "preprocessing", "threshold", "smallestComponent"] as const;

/**
 * Exports each fold's network into `model/` in the fold's folder, to be run on the fold's patients.
 *
 * @param folds The folder that `deno task crossvalidate` wrote.
 * @throws {TypeError} when it is not finished, or its networks are not of the model's kind.
 * @throws {Error} naming a file that is missing or damaged.
 */
export async function foldsSource(
  folds: string,
  { data, model, patients, ...settings }: FoldsOptions,
): Promise<ValidationSource> {
  if (data === undefined) {
    throw new TypeError(`Cannot validate the folds in ${folds} as --data must name their patients`);
  }
  const plan = await readPlan(folds);
  if (!plan || !existsSync(join(folds, crossvalidationFiles.evaluation))) {
    throw new TypeError(
      `Cannot validate the folds in ${folds} as they must be those of a finished deno task crossvalidate`,
    );
  }
  const chosen = choosePatients(plan.patients.map((id) => ({ id })), patients).map(({ id }) => id);
  const like = model === undefined ? undefined : (await readModel(model)).card;
  const tasks: PatientTask[] = [];
  for (let fold = 1; fold <= plan.folds; fold++) {
    const run = join(folds, crossvalidationFiles.fold(fold)), network = join(run, "model");
    const exported = await previewRun(run), { split } = await readRun(run);
    if (like) assertSameKind(run, exported, like);
    await writeModel(network, exported);
    const unseen = split.validation.filter((id) => chosen.includes(id));
    tasks.push(...(await modelTasks(network, data, { ...settings, patients: unseen })).tasks);
  }
  return {
    tasks: tasks.toSorted((a, b) => a.id < b.id ? -1 : 1),
    unmatched: [],
    name: `${plan.folds} networks of a cross-validation`,
    measuredOn: `Measured on ${counted(tasks.length, "patient")} of ${data}, each by the one ` +
      "network that had not learned from it.",
    record: { folds, data, tolerance: settings.tolerance },
  };
}

function assertSameKind(run: string, { card }: Model, like: ModelCard): void {
  for (const what of kind) {
    if (isDeepStrictEqual(card[what], like[what])) continue;
    const [expected, found] = [like, card].map((card) => JSON.stringify(card[what]));
    throw new TypeError(
      `Cannot write figures of ${run} into the card of ${like.name} as its ${what} must be ${expected}: ` +
        `current value is ${found}`,
    );
  }
}
