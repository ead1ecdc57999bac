/**
 * Finds all runs in a folder, those of cross-validations as well.
 *
 * @module
 */
import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import {
  crossvalidationFiles,
  type CrossvalidationPlan,
  readPlan,
} from "../crossvalidation/plan.ts";
import type { CrossvalidationSummary } from "../crossvalidation/summary.ts";
import { readRun, type RunRecord } from "../run/run_record.ts";
import { readRunFile, runFiles } from "../run/run_folder.ts";
import { isBeingTrained } from "../run/run_lock.ts";
import { type RunState, runStateOf } from "../run/run_state.ts";

/** A run and where it is. */
export interface FoundRun extends RunRecord {
  /** Its folder, within the one that was searched; `/` between folders. */
  readonly name: string;
  readonly state: RunState;
  /** Whether a process trains it now; undefined where that is not known. */
  readonly isBeingTrained?: boolean;
}

/** A cross-validation and where it is. */
export interface FoundCrossvalidation {
  readonly name: string;
  readonly plan: CrossvalidationPlan;
  /** Undefined while folds are missing. */
  readonly summary?: CrossvalidationSummary;
}

/** What is in a folder. */
export interface FoundRuns {
  readonly runs: FoundRun[];
  readonly crossvalidations: FoundCrossvalidation[];
  /** Why a run that is there is not shown. */
  readonly problems: string[];
}

/** How deep runs are looked for; a run's own folders are not. */
const depth = 3;

/**
 * Runs by name, folder by folder. Hidden folders are left out.
 *
 * @throws {Error} when the folder cannot be listed.
 */
export async function findRuns(folder: string): Promise<FoundRuns> {
  const found: FoundRuns = { runs: [], crossvalidations: [], problems: [] };
  await search(folder, "", depth, found);
  return found;
}

async function search(folder: string, name: string, left: number, found: FoundRuns): Promise<void> {
  const path = join(folder, name);
  const entries = (await list(path)).filter((entry) => !entry.name.startsWith("."));
  const has = (file: string) => entries.some((entry) => entry.name === file);
  try {
    if (has(runFiles.config)) {
      const record = await readRun(path);
      if (!record.config.settings) {
        throw new Error(`Cannot use the run ${path} as its config.json must have settings`);
      }
      const now = { state: await runStateOf(path), isBeingTrained: await isBeingTrained(path) };
      found.runs.push({ name, ...now, ...record });
      return;
    }
    const plan = await readPlan(path);
    if (plan) {
      const { evaluation } = crossvalidationFiles;
      const summary = has(evaluation)
        ? await readRunFile<CrossvalidationSummary>(path, evaluation)
        : undefined;
      found.crossvalidations.push({ name, plan, summary });
    }
  } catch (error) {
    found.problems.push((error as Error).message);
    return;
  }
  if (!left) return;
  for (const entry of entries.filter((entry) => entry.isDirectory())) {
    await search(folder, name ? `${name}/${entry.name}` : entry.name, left - 1, found);
  }
}

/** By name, numbers by their value: fold-10 comes after fold-9. */
const { compare } = new Intl.Collator("en", { numeric: true });

async function list(folder: string): Promise<Dirent[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.sort((a, b) => compare(a.name, b.name));
  } catch (error) {
    throw new Error(
      `Cannot look for runs in ${folder} as it must be a folder: ${(error as Error).message}`,
      { cause: error },
    );
  }
}
