/**
 * A run that goes on without the weights of its best epoch, whose file a disk has damaged. Noticed only at the end, that
 * would cost all the training in between.
 *
 * @module
 */
import { join } from "node:path";
import type { FitProgress } from "../fit/fit.ts";
import { type Checkpoint, readCheckpoint, writeCheckpoint } from "./checkpoint.ts";
import { type RunConfig, runFiles, type RunMetrics, writeRunFile } from "./run_folder.ts";
import { saveTrainingState, type TrainingState } from "./training_state.ts";

/** What a run goes on from. */
export interface WholeBest {
  readonly state: TrainingState;
  /** What takes the place of the best checkpoint; absent where that is whole, or the next epoch's will. */
  readonly standIn?: Checkpoint;
}

/** The next epoch counts as the best, whatever it comes to. */
const noneYet = { bestEpoch: 0, lowestEpoch: 0, lowestLoss: null };

/**
 * What a run goes on from, once its best checkpoint has been read. Where that is damaged or missing, the newest epoch's
 * takes its place, or the next one's where that is damaged as well: from there on the lowest validation loss is looked
 * for anew.
 *
 * @param warn Told which file is damaged, and what comes of that.
 * @throws {Error} when no epoch is left to train, and neither the best nor the last checkpoint is whole.
 */
export async function withWholeBest(
  run: string,
  { settings }: RunConfig,
  state: TrainingState,
  warn: (line: string) => void,
): Promise<WholeBest> {
  const { progress } = state, { bestEpoch } = progress;
  if (bestEpoch === 0) return { state };
  const problem = await problemOf(join(run, runFiles.best));
  if (problem === undefined) return { state };
  const last = await readCheckpoint(join(run, runFiles.last)).catch((error: Error) => error);
  // Killed before it saved the state, a run has the checkpoint of an epoch that is yet to be done again.
  const newest = progress.epoch - 1;
  if (!(last instanceof Error) && last.figures.epoch === newest) {
    const told = bestEpoch === newest
      ? `it holds the same weights, of epoch ${bestEpoch}`
      : tellLoss(bestEpoch, newest);
    warn(`${problem}; ${runFiles.last} takes its place: ${told}`);
    return { state: { ...state, progress: progressWith(last, progress) }, standIn: last };
  }
  if (progress.epoch > settings.epochs) {
    const both = last instanceof Error ? `${problem}. ${last.message}` : problem;
    throw new Error(
      `Cannot go on with ${run} as the weights of epoch ${bestEpoch}, its result, must be whole: ${both}. Put a copy ` +
        "of one of these files in its place, or start anew, in another --out",
    );
  }
  warn(`${problem}; ${tellLoss(bestEpoch, progress.epoch)}`);
  return { state: { ...state, progress: { ...progress, ...noneYet } } };
}

async function problemOf(path: string): Promise<string | undefined> {
  return await readCheckpoint(path).then(() => undefined, (error: Error) => error.message);
}

function tellLoss(best: number, next: number): string {
  return `the weights of epoch ${best}, the result so far, are lost: it is looked for anew from epoch ${next} on`;
}

/** Where the lost epoch is the newest one, nothing is lost. */
function progressWith({ figures }: Checkpoint, progress: FitProgress): FitProgress {
  const newest = progress.epoch - 1;
  if (progress.bestEpoch === newest) return progress;
  const lowestLoss = figures.validationLoss ?? null;
  return { ...progress, bestEpoch: newest, lowestEpoch: newest, lowestLoss };
}

/**
 * Puts the stand-in in the best checkpoint's place. What tells of it comes first: who is killed in between finds the best
 * checkpoint damaged still, and the same one to take its place.
 */
export async function replaceBest(run: string, { state, standIn }: WholeBest): Promise<void> {
  if (!standIn) return;
  const { epochs, progress: { bestEpoch } } = state;
  await writeRunFile(run, runFiles.metrics, { epochs, bestEpoch } satisfies RunMetrics);
  await saveTrainingState(run, state);
  await writeCheckpoint(join(run, runFiles.best), standIn);
}
