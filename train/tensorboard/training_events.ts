/**
 * What TensorBoard shows of a training. All figures are by step, counted over the whole run.
 *
 * @module
 */
import { scheduleAt, scheduledEpochs } from "../fit/constant_end.ts";
import { type EpochResult, type FitObserver, type FitProgress, stepsPerEpoch } from "../fit/fit.ts";
import { learningRateAt } from "../fit/schedule.ts";
import type { TrainingSettings } from "../fit/training_settings.ts";
import { EventFile } from "./event_file.ts";

/** Writes what it observes, to a file that is made with the first of it. Call {@linkcode TrainingEvents.close} when done. */
export class TrainingEvents implements Required<Omit<FitObserver, "isLooking">> {
  readonly #folder: string;
  readonly #firstStep: number;
  #file?: EventFile;
  readonly #settings: TrainingSettings;
  readonly #stepsPerEpoch: number;

  /**
   * @param folder Where the run's events are; made where it is missing.
   * @param start Where the training begins, or goes on.
   */
  constructor(
    folder: string,
    settings: TrainingSettings,
    slicesPerEpoch: number,
    start: FitProgress,
  ) {
    this.#settings = settings;
    this.#stepsPerEpoch = stepsPerEpoch(slicesPerEpoch, settings);
    this.#folder = folder;
    this.#firstStep = this.#stepsBefore(start.epoch) + start.step + 1;
  }

  /** Loss and learning rate of the step. */
  onStep({ epoch, step }: FitProgress, loss: number): void {
    const done = this.#stepsBefore(epoch) + step;
    const settings = this.#settings, steps = scheduledEpochs(settings) * this.#stepsPerEpoch;
    const moment = { epoch: epoch - 1, step: done - 1, steps };
    const learningRate = learningRateAt(scheduleAt(settings, epoch - 1), moment);
    this.#write(done, {
      "training/loss": loss,
      "progress/learning_rate": learningRate,
    });
  }

  /** Everything that is known of an epoch. */
  onEpoch({ epoch, trainingLoss, validation, slicesPerSecond }: EpochResult): void {
    const { loss, meanDice, dice } = validation;
    const patients = [...dice].map(([id, value]) => [`dice_by_patient/${id}`, value]);
    this.#write(this.#stepsBefore(epoch + 1), {
      "training/loss_of_epoch": trainingLoss,
      "validation/loss": loss,
      "validation/mean_dice": meanDice,
      "progress/epoch": epoch,
      "progress/slices_per_second": slicesPerSecond,
      ...Object.fromEntries(patients),
    });
  }

  close(): void {
    this.#file?.close();
  }

  #write(step: number, scalars: Readonly<Record<string, number>>): void {
    this.#file ??= EventFile.open(this.#folder, this.#firstStep);
    this.#file.writeScalars(step, scalars);
  }

  #stepsBefore(epoch: number): number {
    return (epoch - 1) * this.#stepsPerEpoch;
  }
}
