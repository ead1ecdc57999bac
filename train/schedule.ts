/**
 * The learning rate over a run.
 *
 * @module
 */

/** A learning rate that falls at given epochs. */
export interface MilestoneSchedule {
  readonly learningRate: number;
  /** Epochs (from 0) at whose start the rate is multiplied by `gamma`. */
  readonly milestones: readonly number[];
  readonly gamma: number;
}

/**
 * The learning rate of an epoch, counted from 0.
 *
 * Source: `torch.optim.lr_scheduler.MultiStepLR`, stepped after every epoch.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const schedule = { learningRate: 1e-4, milestones: [30], gamma: 0.1 };
 * assert.equal(learningRateOf(schedule, 29), 1e-4);
 * assert.ok(Math.abs(learningRateOf(schedule, 30) - 1e-5) < 1e-12);
 * ```
 */
export function learningRateOf(schedule: MilestoneSchedule, epoch: number): number {
  const passed = schedule.milestones.filter((milestone) => milestone <= epoch).length;
  return schedule.learningRate * schedule.gamma ** passed;
}
