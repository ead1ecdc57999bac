/**
 * How far a run's folder has come.
 *
 * @module
 */
import { access } from "node:fs/promises";
import { join } from "node:path";
import { reportFiles } from "../report/report.ts";
import { runFiles } from "./run_folder.ts";
import { stateFiles } from "./training_state.ts";

/**
 * `none`: there is no run, or one that died before it began. `unfinished`: it goes on, in a process or with
 * `--resume`. `finished`: trained, measured and reported.
 */
export type RunState = "none" | "unfinished" | "finished";

/** The state of a run, by the files in its folder: its settings come before any step, and the training state goes last. */
export async function runStateOf(run: string): Promise<RunState> {
  const has = (file: string) => access(join(run, file)).then(() => true, () => false);
  if (!await has(runFiles.config)) return "none";
  for (const file of Object.values(stateFiles)) if (await has(file)) return "unfinished";
  return await has(reportFiles.evaluation) ? "finished" : "unfinished";
}
