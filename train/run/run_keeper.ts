/**
 * Keeps what a run comes to, step by step: in its folder, on the terminal, for TensorBoard.
 *
 * @module
 */
import { join } from "node:path";
import type { PreparedPatient } from "../data/prepared_patient.ts";
import type { EpochResult, FitProgress } from "../fit/fit.ts";
import { firstStep } from "../fit/fit.ts";
import type { Trainer } from "../fit/trainer.ts";
import { TrainingEvents } from "../tensorboard/training_events.ts";
import { type RunConfig, runFiles } from "./run_folder.ts";
import { RunRecorder } from "./run_recorder.ts";
import { trainingDisplay } from "./training_display.ts";
import type { TrainingState } from "./training_state.ts";

/** What a run tells whoever keeps it. */
export interface RunKeeper {
  /** Whether it is time to save. */
  readonly isDue: boolean;
  onStep(progress: FitProgress, loss: number): void;
  onValidation(slices: number): void;
  onEpoch(result: EpochResult, progress: FitProgress): Promise<void>;
  /** Takes the bar down for good, as there is something to be said. */
  endProgress(): void;
  /** Saves what is needed to go on from here. */
  save(progress: FitProgress): Promise<void>;
  stop(): void;
}

/** What a keeper has to know. */
export interface KeptRun {
  readonly run: string;
  readonly config: RunConfig;
  readonly trainer: Trainer;
  readonly slicesPerEpoch: number;
  readonly validation: readonly PreparedPatient[];
  readonly log: (line: string) => void;
  /** Where the run goes on from. */
  readonly state?: TrainingState;
}

/** Keeps a run. */
export function openRunKeeper(
  { run, config, trainer, slicesPerEpoch, validation, log, state }: KeptRun,
): RunKeeper {
  const { settings } = config;
  const recorder = new RunRecorder(run, config, trainer, state?.epochs ?? []);
  const start = state?.progress ?? firstStep, events = join(run, runFiles.tensorboard);
  const display = trainingDisplay(settings, slicesPerEpoch, validation, log, { start });
  const board = new TrainingEvents(events, settings, slicesPerEpoch, start);
  return {
    get isDue() {
      return recorder.isDue;
    },
    onStep(progress, loss) {
      display.onStep(progress, loss);
      board.onStep(progress, loss);
    },
    onValidation: display.onValidation,
    async onEpoch(result, progress) {
      board.onEpoch(result);
      await recorder.saveEpoch(result, progress);
      display.onEpoch(result);
    },
    endProgress: display.stop,
    save: (progress) => recorder.saveState(progress),
    stop() {
      display.stop();
      board.close();
    },
  };
}

/** For processes whose run another one keeps. */
export const silentKeeper: RunKeeper = {
  isDue: false,
  onStep() {},
  onValidation() {},
  onEpoch: () => Promise.resolve(),
  endProgress() {},
  save: () => Promise.resolve(),
  stop() {},
};
