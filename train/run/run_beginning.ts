/**
 * A run's folder before the first step: empty, taken over from a run that died so early that nothing can go on with it,
 * or taken back when the run is refused after all.
 *
 * @module
 */
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { isUnfinished } from "../storage/write_whole_file.ts";
import {
  type RunConfig,
  runFiles,
  type RunMetrics,
  type RunSplit,
  writeRunFile,
} from "./run_folder.ts";

/** What is written before the first step. The settings come last: a run that has them can go on. */
const beginnings: readonly string[] = [runFiles.split, runFiles.metrics, runFiles.config];

/** Whether a folder's files are only those of a run that has not taken a step. */
function isBeginning(files: readonly string[]): boolean {
  return files.every((file) => beginnings.includes(isUnfinished(file) ?? file));
}

/** The files of a run's folder but for the lock, which whoever holds it removes. */
async function filesOf(run: string): Promise<string[]> {
  return (await readdir(run)).filter((file) => file !== runFiles.lock);
}

/**
 * Clears the folder of a new run, which this process has locked: what a run left there that died before its settings
 * were written is removed.
 *
 * @throws {Error} when the folder has other files.
 */
export async function clearRunFolder(run: string): Promise<void> {
  const files = await filesOf(run);
  if (files.includes(runFiles.config) || !isBeginning(files)) {
    throw new Error(
      `Cannot write the run to ${run} as it must be a new or empty folder: it has files ` +
        `(--resume ${run} goes on with a run that stopped)`,
    );
  }
  await removeFiles(run, files);
}

/** Writes what a run needs to be gone on with, should it die before its first step is saved. */
export async function writeBeginning(
  run: string,
  config: RunConfig,
  split: RunSplit,
): Promise<void> {
  await writeRunFile(run, runFiles.split, split);
  await writeRunFile(run, runFiles.metrics, { epochs: [], bestEpoch: 0 } satisfies RunMetrics);
  await writeRunFile(run, runFiles.config, config);
}

/**
 * Takes back what a run wrote that ended with an error before its first step, so that the same command, mended, finds
 * its folder as it was. A run that has taken a step, or was saved, is left alone.
 */
export async function takeBackBeginning(run: string): Promise<void> {
  const files = await filesOf(run);
  if (isBeginning(files)) await removeFiles(run, files);
}

async function removeFiles(folder: string, files: readonly string[]): Promise<void> {
  for (const file of files) await rm(join(folder, file));
}
