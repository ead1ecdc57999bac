/**
 * What a cross-validation is made of, written down before its first fold, so that all folds are of one piece
 * even when days and restarts lie between them.
 *
 * @module
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { DatasetError } from "../data/dataset.ts";
import { differingSettings, flatSettings } from "../fit/flat_settings.ts";
import { foldOf } from "../data/folds.ts";
import { listPatients } from "../data/patient_files.ts";
import { type RecipeName, splitSeedOf, type TrainingSettings } from "../fit/training_settings.ts";
import { assertStart } from "../run/start_network.ts";
import { makeFolder } from "../storage/make_folder.ts";
import { writeWholeFile } from "../storage/write_whole_file.ts";

/** The files of a cross-validation's folder; each fold is a run's folder beside them. */
export const crossvalidationFiles = {
  /** {@linkcode CrossvalidationPlan} */
  plan: "crossvalidation.json",
  /** What all folds come to. */
  evaluation: "evaluation.json",
  report: "report.html",
  /** The folder of a fold, from 1. */
  fold: (fold: number) => `fold-${fold}`,
} as const;

/** What must be the same for all folds. */
export interface CrossvalidationPlan {
  readonly recipe: RecipeName;
  readonly settings: TrainingSettings;
  readonly folds: number;
  /**
   * The folder of a finished cross-validation of the same folds: each fold's network starts from that fold's. Absent:
   * from random weights.
   */
  readonly start?: string;
  /** All patients by id, sorted. */
  readonly patients: readonly string[];
}

/** What a cross-validation can be told. */
export interface PlanOptions extends Omit<CrossvalidationPlan, "patients"> {
  readonly data: string;
  /** A new or empty folder, or that of a cross-validation that goes on. */
  readonly out: string;
}

/**
 * Makes a plan, or checks it against the one that the folder was begun with.
 *
 * @throws {RangeError} when there are not that many patients.
 * @throws {Error} when the folder holds something else, or a plan with other settings or patients (they are named), or
 * when what to start from does not fit.
 */
export async function makePlan(options: PlanOptions): Promise<CrossvalidationPlan> {
  const { data, out, recipe, settings, folds, start } = options;
  const { found, problems } = await listPatients(data);
  if (problems.length) throw new DatasetError(data, problems);
  const plan = { recipe, settings, folds, start, patients: found.map(({ id }) => id).sort() };
  // Folds that cannot be are found here, not after hours.
  foldOf(plan.patients, { fold: 1, folds, seed: splitSeedOf(settings) });
  await makeFolder(out);
  const begun = await readPlan(out);
  if (begun) assertSamePlan(out, plan, begun);
  else await startPlan(out, plan);
  return plan;
}

/** The plan in a folder; undefined where there is none. */
export async function readPlan(out: string): Promise<CrossvalidationPlan | undefined> {
  try {
    return JSON.parse(await readFile(join(out, crossvalidationFiles.plan), "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new Error(
      `Cannot use ${out} as ${crossvalidationFiles.plan} must be readable: ${
        (error as Error).message
      }`,
      { cause: error },
    );
  }
}

async function startPlan(out: string, plan: CrossvalidationPlan): Promise<void> {
  if ((await readdir(out)).length) {
    throw new Error(
      `Cannot write the cross-validation to ${out} as it must be a new or empty folder, or that of one ` +
        "that goes on: it has other files",
    );
  }
  const { start, settings } = plan;
  if (start) await assertStart(join(start, crossvalidationFiles.fold(1)), settings);
  await writeWholeFile(
    join(out, crossvalidationFiles.plan),
    JSON.stringify(plan, null, 2) + "\n",
  );
}

function assertSamePlan(out: string, asked: CrossvalidationPlan, begun: CrossvalidationPlan): void {
  const [now, before] = [asked, begun].map(({ settings, ...others }) =>
    flatSettings({ ...others, ...settings })
  );
  const differences = differingSettings([now, before]).map((name) =>
    name === "patients"
      ? patientDifferences(asked.patients, begun.patients)
      : `${name} ${now.get(name)}, not ${before.get(name)}`
  );
  if (!differences.length) return;
  throw new Error(
    `Cannot go on with ${out} as settings and patients must be those that it began with: ` +
      differences.join("; "),
  );
}

function patientDifferences(asked: readonly string[], begun: readonly string[]): string {
  const added = asked.filter((id) => !begun.includes(id));
  const missing = begun.filter((id) => !asked.includes(id));
  return [
    ...(added.length ? [`patients that were not there: ${added.join(", ")}`] : []),
    ...(missing.length ? [`patients that are missing: ${missing.join(", ")}`] : []),
  ].join("; ");
}
