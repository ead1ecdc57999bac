/**
 * Trains the folds of a cross-validation, one after the other.
 *
 * @module
 */
import { join } from "node:path";
import { InterruptedError } from "../terminal/interruption.ts";
import { removeRun } from "../run/run_lock.ts";
import { runStateOf } from "../run/run_state.ts";
import type { MachineOptions } from "../run/machine_options.ts";
import { resumeRun, startRun } from "../run/training_run.ts";
import { crossvalidationFiles, type CrossvalidationPlan } from "./plan.ts";

/** Where the folds are trained. */
export interface FoldsOptions extends MachineOptions {
  readonly data: string;
  readonly out: string;
}

/**
 * Trains every fold that is not finished; one that was stopped goes on where it was.
 *
 * @throws {InterruptedError} after Ctrl-C, when the fold under way is saved.
 */
export async function runFolds(
  plan: CrossvalidationPlan,
  options: FoldsOptions,
  log: (line: string) => void,
): Promise<void> {
  for (let fold = 1; fold <= plan.folds; fold++) {
    log(`\n== Fold ${fold} of ${plan.folds}`);
    try {
      await runFold(plan, fold, options, log);
    } catch (error) {
      if (!(error instanceof InterruptedError)) throw error;
      throw new InterruptedError(
        `Interrupted in fold ${fold} of ${plan.folds}; it is saved: the same command goes on with it`,
        error.signal,
      );
    }
  }
}

async function runFold(
  { recipe, settings, folds, start: before }: CrossvalidationPlan,
  fold: number,
  { data, out, ...machine }: FoldsOptions,
  log: (line: string) => void,
): Promise<void> {
  const folder = crossvalidationFiles.fold(fold), run = join(out, folder);
  switch (await runStateOf(run)) {
    case "finished":
      log("is finished");
      return;
    case "unfinished":
      await resumeRun({ run, data, ...machine }, log);
      return;
    case "none": {
      // What a process left that died before its settings were written.
      await removeRun(run, log);
      const start = before && join(before, folder), place = { fold, folds };
      await startRun({ data, out: run, recipe, settings, start, fold: place, ...machine }, log);
    }
  }
}
