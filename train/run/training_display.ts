/**
 * What a person sees of a training: a bar for each epoch on a terminal, and a line for each epoch everywhere.
 *
 * @module
 */
import { duration } from "../terminal/duration.ts";
import type { EpochResult, FitProgress, FitSettings } from "../fit/fit.ts";
import type { PreparedPatient } from "../data/prepared_patient.ts";
import { type Progress, startProgress } from "../terminal/progress.ts";

/** Shows how a training goes. */
export interface TrainingDisplay {
  onStep(progress: FitProgress, loss: number): void;
  /** `slices` more of the validation patients are done. */
  onValidation(slices: number): void;
  onEpoch(result: EpochResult): void;
  /** Takes an unfinished bar down. */
  stop(): void;
}

/** Shows a training on the terminal, and tells `log` of each epoch. */
export function trainingDisplay(
  { epochs, batchSize }: FitSettings,
  slicesPerEpoch: number,
  validation: readonly PreparedPatient[],
  log: (line: string) => void,
): TrainingDisplay {
  const validationSlices = validation.reduce((sum, { volume }) => sum + volume.slices, 0);
  const started = performance.now();
  let bar: Progress | undefined, done = 0, firstEpoch = 0, barStarted = 0, doneBefore = 0;
  return {
    onStep({ epoch, step, lossSum }) {
      firstEpoch ||= epoch;
      done = Math.min(step * batchSize, slicesPerEpoch);
      if (!bar) {
        bar = startProgress(`Epoch ${epoch}/${epochs}`, slicesPerEpoch + validationSlices, {
          unit: "slices",
        });
        [barStarted, doneBefore] = [performance.now(), done];
      }
      const rate = (done - doneBefore) / (performance.now() - barStarted) * 1000;
      const speed = done > doneBefore ? ` | ${rate.toFixed(1)} slices/s` : "";
      bar.update(done, `loss ${(lossSum / step).toFixed(4)}${speed}`);
    },
    onValidation(slices) {
      bar?.update(done += slices, "validating");
    },
    onEpoch({ epoch, trainingLoss, validation, isBest, slicesPerSecond }) {
      bar?.stop();
      bar = undefined;
      const { loss, meanDice } = validation, validates = !Number.isNaN(loss);
      const figure = (value: number) => Number.isNaN(value) ? "-" : value.toFixed(4);
      const secondsPerEpoch = (performance.now() - started) / 1000 / (epoch - firstEpoch + 1);
      const left = epoch < epochs ? `  ${duration(secondsPerEpoch * (epochs - epoch))} left` : "";
      log(
        `epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}  ` +
          `loss ${trainingLoss.toFixed(4)}  ` +
          (validates ? `validation loss ${loss.toFixed(4)}  Dice ${figure(meanDice)}  ` : "") +
          `${slicesPerSecond.toFixed(1)} slices/s${left}` +
          (validates && isBest ? "  best so far" : ""),
      );
    },
    stop: () => bar?.stop(),
  };
}
