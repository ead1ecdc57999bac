/**
 * Writes what a run has come to into its folder.
 *
 * @module
 */
import { join } from "node:path";
import { writeCheckpoint } from "./checkpoint.ts";
import type { EpochResult, FitProgress } from "../fit/fit.ts";
import {
  type EpochMetrics,
  type RunConfig,
  runFiles,
  type RunMetrics,
  writeRunFile,
} from "./run_folder.ts";
import type { Trainer } from "../fit/trainer.ts";
import { saveTrainingState } from "./training_state.ts";
import { nullForNaN } from "../storage/null_for_nan.ts";

/** Minutes between two saves within an epoch; the end of an epoch is always saved. */
const minutesBetweenSaves = 5;

function metricsOf(
  { epoch, trainingLoss, validation, slicesPerSecond }: EpochResult,
  seconds: number,
): EpochMetrics {
  const dice = [...validation.dice].map(([id, value]) => [id, nullForNaN(value)]);
  return {
    epoch,
    trainingLoss,
    validationLoss: nullForNaN(validation.loss),
    validationDice: nullForNaN(validation.meanDice),
    diceByPatient: Object.fromEntries(dice),
    slicesPerSecond: nullForNaN(slicesPerSecond),
    seconds,
  };
}

/** Writes what a run has come to: its state whenever asked, checkpoints and figures after each epoch. */
export class RunRecorder {
  readonly #run: string;
  readonly #config: RunConfig;
  readonly #trainer: Trainer;
  readonly #epochs: EpochMetrics[];
  readonly #now: () => number;
  #saved: number;
  #epochStarted: number;

  /**
   * @param epochs Figures of the epochs that are over.
   * @param now Milliseconds since some moment.
   */
  constructor(
    run: string,
    config: RunConfig,
    trainer: Trainer,
    epochs: readonly EpochMetrics[],
    now: () => number = () => performance.now(),
  ) {
    this.#run = run;
    this.#config = config;
    this.#trainer = trainer;
    this.#epochs = [...epochs];
    this.#now = now;
    this.#saved = this.#epochStarted = now();
  }

  /** Whether the last save is so long ago that the next one should not wait for the end of the epoch. */
  get isDue(): boolean {
    return this.#now() - this.#saved > minutesBetweenSaves * 60_000;
  }

  /** Saves what is needed to go on from here. */
  async saveState(progress: FitProgress): Promise<void> {
    const trainer = await this.#trainer.state();
    await saveTrainingState(this.#run, { trainer, progress, epochs: this.#epochs });
    this.#saved = this.#now();
  }

  /** The state last: should the process die before it is written, the epoch is done again and comes out the same. */
  async saveEpoch(result: EpochResult, progress: FitProgress): Promise<void> {
    const now = this.#now();
    this.#epochs.push(metricsOf(result, (now - this.#epochStarted) / 1000));
    this.#epochStarted = now;
    const { architecture, settings: { sequences, preprocessing, downsampling } } = this.#config;
    const { epoch, trainingLoss, validation } = result;
    const checkpoint = {
      weights: await this.#trainer.network.stateDict(this.#trainer.weights),
      architecture,
      sequences,
      preprocessing,
      downsampling,
      figures: {
        epoch,
        trainingLoss,
        ...(Number.isNaN(validation.loss) ? {} : { validationLoss: validation.loss }),
      },
    };
    await writeCheckpoint(join(this.#run, runFiles.last), checkpoint);
    if (result.isBest) await writeCheckpoint(join(this.#run, runFiles.best), checkpoint);
    const metrics: RunMetrics = { epochs: this.#epochs, bestEpoch: progress.bestEpoch };
    await writeRunFile(this.#run, runFiles.metrics, metrics);
    await this.saveState(progress);
  }
}
