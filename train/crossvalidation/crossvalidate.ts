/**
 * A cross-validation from a data set to its report.
 *
 * @module
 */
import { join } from "node:path";
import { readRun } from "../run/run_record.ts";
import type { Evaluation } from "../evaluation/evaluation.ts";
import { writeCrossvalidationReport } from "../report/crossvalidation_report.ts";
import { reportFiles } from "../report/report.ts";
import { readRunFile } from "../run/run_folder.ts";
import type { MachineOptions } from "../run/machine_options.ts";
import { crossvalidationFiles, makePlan, type PlanOptions } from "./plan.ts";
import { runFolds } from "./run_folds.ts";
import { type CrossvalidationSummary, type FinishedFold, summarizeFolds } from "./summary.ts";

/** What a cross-validation can be told. */
export interface CrossvalidationOptions extends PlanOptions, MachineOptions {}

/**
 * Trains a network for each fold of the patients and measures it on that fold, then sums all folds. When it was
 * stopped, the same options go on with it.
 *
 * @param log Takes the lines that tell how it goes.
 * @throws {Error} as `makePlan`, `startRun` and `resumeRun` do.
 */
export async function crossvalidate(
  { data, out, recipe, settings, folds, start, ...machine }: CrossvalidationOptions,
  log: (line: string) => void,
): Promise<CrossvalidationSummary> {
  const plan = await makePlan({ data, out, recipe, settings, folds, start });
  await runFolds(plan, { data, out, ...machine }, log);
  const finished: FinishedFold[] = [];
  for (let fold = 1; fold <= folds; fold++) finished.push(await readFold(out, fold));
  const summary = summarizeFolds(plan.patients, finished, settings);
  log(`\nReport: ${await writeCrossvalidationReport(out, plan, summary)}`);
  return summary;
}

async function readFold(out: string, fold: number): Promise<FinishedFold> {
  const run = join(out, crossvalidationFiles.fold(fold));
  const { metrics } = await readRun(run);
  const { patients } = await readRunFile<Evaluation>(run, reportFiles.evaluation);
  return { fold, metrics, patients };
}
