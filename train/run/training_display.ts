/**
 * What a person sees of a training: a bar for each epoch on a terminal, and a line for each epoch everywhere.
 *
 * @module
 */
import { duration } from "../terminal/duration.ts";
import { type EpochResult, firstStep, type FitProgress, type FitSettings } from "../fit/fit.ts";
import type { PreparedPatient } from "../data/prepared_patient.ts";
import { type Progress, startProgress } from "../terminal/progress.ts";

/** Shows how a training goes. */
export interface TrainingDisplay {
  onStep(progress: FitProgress, loss: number): void;
  /** `slices` more of the validation patients are done. */
  onValidation(slices: number): void;
  onEpoch(result: EpochResult): void;
  /** Takes an unfinished bar down, for good. */
  stop(): void;
}

/** Settings of {@linkcode trainingDisplay}. */
export interface TrainingDisplayOptions {
  /** Where the training begins, or goes on. @default {firstStep} */
  readonly start?: FitProgress;
  /** Milliseconds since some moment. @default {performance.now} */
  readonly now?: () => number;
  /** Where the bars are drawn, if it is a terminal. @default {process.stderr} */
  readonly stream?: NodeJS.WriteStream;
}

/** Shows a training on the terminal, and tells `log` of each epoch. */
export function trainingDisplay(
  { epochs, batchSize }: FitSettings,
  slicesPerEpoch: number,
  validation: readonly PreparedPatient[],
  log: (line: string) => void,
  { start = firstStep, now = () => performance.now(), stream }: TrainingDisplayOptions = {},
): TrainingDisplay {
  const validationSlices = validation.reduce((sum, { volume }) => sum + volume.slices, 0);
  const slicesAfter = (step: number) => Math.min(step * batchSize, slicesPerEpoch);
  const perEpoch = slicesPerEpoch + validationSlices, started = now();
  /** In epochs; the part of one that was done before an interruption took none of this process's time. */
  const doneBefore = start.epoch - 1 + slicesAfter(start.step) / perEpoch;
  let { epoch: current } = start, done = slicesAfter(start.step), stopped = false;
  let bar: { readonly drawn: Progress; readonly since: number; readonly done: number } | undefined;

  function draw(note: string): void {
    if (stopped) return;
    bar ??= {
      drawn: startProgress(`Epoch ${current}/${epochs}`, perEpoch, { done, stream }),
      since: now(),
      done,
    };
    const rate = (done - bar.done) / (now() - bar.since) * 1000;
    const speed = done > bar.done ? `${rate.toFixed(rate < 100 ? 1 : 0)} slices/s  ` : "";
    bar.drawn.update(done, speed + note);
  }

  function timeLeft(epoch: number): string {
    const epochsDone = epoch - doneBefore;
    if (epoch === epochs || epochsDone <= 0) return "";
    return `${duration((now() - started) / 1000 / epochsDone * (epochs - epoch))} left`;
  }

  function takeDown(): void {
    bar?.drawn.stop();
    bar = undefined;
  }

  return {
    onStep({ epoch, step, lossSum }) {
      [current, done] = [epoch, slicesAfter(step)];
      draw(`loss ${(lossSum / step).toFixed(4)}`);
    },
    onValidation(slices) {
      done += slices;
      draw("validating");
    },
    onEpoch({ epoch, trainingLoss, validation, isLowest, slicesPerSecond }) {
      takeDown();
      const { loss, meanDice } = validation, validates = !Number.isNaN(loss);
      const figure = (value: number) => Number.isNaN(value) ? "-" : value.toFixed(4);
      const figures = [
        `epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}`,
        `loss ${trainingLoss.toFixed(4)}`,
        validates ? `validation loss ${loss.toFixed(4)}  Dice ${figure(meanDice)}` : "",
        Number.isNaN(slicesPerSecond) ? "" : `${slicesPerSecond.toFixed(1)} slices/s`,
        timeLeft(epoch),
        validates && isLowest ? "lowest loss so far" : "",
      ];
      log(figures.filter((text) => text).join("  "));
      [current, done] = [epoch + 1, 0];
    },
    stop() {
      takeDown();
      stopped = true;
    },
  };
}
