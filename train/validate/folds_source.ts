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
import { openBackend } from "../engine/backend.ts";
import { exportQuantizedRun, previewRun } from "../export/export_run.ts";
import { type Model, readModel, writeModel } from "../export/model_folder.ts";
import { readRun } from "../run/run_record.ts";
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
  /** What the networks compute in instead of floats. */
  readonly quantize?: "int8";
}

/**
 * Exports each fold's network into `model/` in the fold's folder, or `model-int8/` where it is quantized, to be run on
 * the fold's patients.
 *
 * @param folds The folder that `deno task crossvalidate` wrote.
 * @throws {TypeError} when it is not finished, or its networks are not of the model's kind.
 * @throws {Error} naming a file that is missing or damaged.
 * @throws {SelfCheckError} when a quantized network does not outline what it does in floats.
 */
export async function foldsSource(
  folds: string,
  { data, model, patients, quantize, ...settings }: FoldsOptions,
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
  const tasks: PatientTask[] = [], exported = await exporter(data, quantize);
  for (let fold = 1; fold <= plan.folds; fold++) {
    const run = join(folds, crossvalidationFiles.fold(fold)), { split } = await readRun(run);
    const network = join(run, quantize ? `model-${quantize}` : "model");
    const found = await exported(run);
    if (like) assertSameKind(run, found, like);
    await writeModel(network, found);
    const unseen = split.validation.filter((id) => chosen.includes(id));
    tasks.push(...(await modelTasks(network, data, { ...settings, patients: unseen })).tasks);
  }
  return {
    tasks: tasks.toSorted((a, b) => a.id < b.id ? -1 : 1),
    unmatched: [],
    name: `${plan.folds} networks of a cross-validation${quantize ? " in eight bits" : ""}`,
    measuredOn: `Measured on ${counted(tasks.length, "patient")} of ${data}, each by the one ` +
      "network that had not learned from it.",
    record: { folds, data, quantize, tolerance: settings.tolerance },
  };
}

/** What makes a model of a fold's run: in eight bits each is fitted to slices of its own training patients alone. */
async function exporter(
  data: string,
  quantize?: FoldsOptions["quantize"],
): Promise<(run: string) => Promise<Model>> {
  if (!quantize) return previewRun;
  const { kernels } = await openBackend("auto");
  return async (run) => {
    const { onnx, card } = await exportQuantizedRun(run, kernels, data);
    return { onnx, card };
  };
}

/** What two models have alike when the figures of one say something of the other. */
function kindOf(card: ModelCard): Record<string, unknown> {
  const { architecture, input, preprocessing, threshold, smallestComponent } = card;
  const precision = card.precision ?? "fp32";
  return { architecture, input, preprocessing, threshold, smallestComponent, precision };
}

function assertSameKind(run: string, { card }: Model, like: ModelCard): void {
  const wanted = kindOf(like), has = kindOf(card);
  for (const what of Object.keys(wanted)) {
    if (isDeepStrictEqual(has[what], wanted[what])) continue;
    const [expected, found] = [wanted, has].map((kind) => JSON.stringify(kind[what]));
    throw new TypeError(
      `Cannot write figures of ${run} into the card of ${like.name} as its ${what} must be ${expected}: ` +
        `current value is ${found}`,
    );
  }
}
