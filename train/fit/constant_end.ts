/**
 * Epochs at a constant rate at the end of a run, with an average of more steps than the schedule's.
 *
 * They are what another run would be that is started from this one's weights: stochastic weight averaging. Near the
 * minimum that the schedule led to, a rate that stays high enough walks along its rim, and the mean of the walk lies
 * flatter than its steps, which is worth most on images unlike those learned from.
 *
 * Source: Izmailov et al., "Averaging Weights Leads to Wider Optima and Better Generalization" (2018),
 * https://arxiv.org/abs/1803.05407; Cha et al., "SWAD: Domain Generalization by Seeking Flat Minima" (2021),
 * https://arxiv.org/abs/2102.08604.
 *
 * @module
 */
import type { Schedule } from "./schedule.ts";

/** How a run ends at a constant rate. */
export interface ConstantEnd {
  /** How many of the run's epochs, the last ones; at least one, and fewer than it has. */
  readonly epochs: number;
  readonly learningRate: number;
  /** Decay of the average that begins anew; 0: no average, the newest weights are the network. */
  readonly averageDecay: number;
}

/** What was tried (`models.md` in train/), but for the number of epochs. */
export const usualConstantEnd: Omit<ConstantEnd, "epochs"> = {
  learningRate: 2e-3,
  averageDecay: 0.9995,
};

/** How many epochs a run has. */
export interface RunLength {
  /** All of them. */
  readonly epochs: number;
  /** The last ones, at a constant rate. Absent where there are none, as in runs of versions that had none. */
  readonly constantEnd?: ConstantEnd;
}

/** Epochs before the constant end, which the schedule is of. */
export function scheduledEpochs({ epochs, constantEnd }: RunLength): number {
  return epochs - (constantEnd?.epochs ?? 0);
}

/**
 * Whether an epoch is one of the constant end.
 *
 * @param epoch Epochs done, counted from 0.
 */
export function isInConstantEnd(length: RunLength, epoch: number): boolean {
  return epoch >= scheduledEpochs(length);
}

/**
 * The schedule that an epoch has: the run's, or that of the constant end, with Adam's usual momentum.
 *
 * @param epoch Epochs done, counted from 0.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { learningRateAt } from "./schedule.ts";
 * import { recipes } from "./training_settings.ts";
 * const rateAt = (epoch: number, step: number) =>
 *   learningRateAt(scheduleAt(recipes.preview, epoch), { epoch, step, steps: 400 });
 * assert.ok(rateAt(39, 399) < 1e-7, "the end of one cycle, of 40 epochs with ten steps each");
 * assert.deepEqual([rateAt(40, 0), rateAt(59, 199)], [2e-3, 2e-3]);
 * ```
 */
export function scheduleAt(
  { schedule, ...length }: RunLength & { readonly schedule: Schedule },
  epoch: number,
): Schedule {
  const { constantEnd } = length;
  if (!constantEnd || !isInConstantEnd(length, epoch)) return schedule;
  return {
    kind: "milestones",
    learningRate: constantEnd.learningRate,
    milestones: [],
    gamma: 1,
    warmup: 0,
    momentum: "constant",
  };
}

/**
 * A run's epochs in words: those that it has, and how many it was to have.
 *
 * @param done Epochs trained, counted from 1. Absent: all of them.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(describeEpochs({ epochs: 40 }), "40 epochs");
 * const constantEnd = { epochs: 20, learningRate: 2e-3, averageDecay: 0.9995 };
 * const end = "anew from the weights so far at a constant learning rate 0.002, averaged (0.9995)";
 * const preview = { epochs: 60, constantEnd };
 * assert.equal(describeEpochs(preview), `60 epochs, the last 20 of them ${end}`);
 * assert.equal(describeEpochs(preview, 45), `only 45 of 60 epochs, the last 5 of them ${end}`);
 * assert.equal(describeEpochs(preview, 5), "only 5 of 60 epochs, none of the last 20 at a constant learning rate 0.002");
 * ```
 */
export function describeEpochs(length: RunLength, done = length.epochs): string {
  const { epochs, constantEnd } = length;
  const told = done < epochs ? `only ${done} of ${epochs} epochs` : `${epochs} epochs`;
  if (!constantEnd) return told;
  const { learningRate, averageDecay } = constantEnd, last = done - scheduledEpochs(length);
  const rate = `at a constant learning rate ${learningRate}`;
  if (last <= 0) return `${told}, none of the last ${constantEnd.epochs} ${rate}`;
  return `${told}, the last ${last} of them anew from the weights so far ${rate}` +
    (averageDecay > 0 ? `, averaged (${averageDecay})` : "");
}
