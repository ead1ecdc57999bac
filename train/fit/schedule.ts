/**
 * The learning rate and the momentum over a run.
 *
 * @module
 */

/** The shapes a schedule can have. */
export const scheduleKinds = ["milestones", "cosine", "one-cycle"] as const;

/** What Adam's first decay rate can do: stay as it is, or fall and rise as the learning rate rises and falls. */
export const momentumKinds = ["constant", "cycled"] as const;

/** A learning rate and a momentum for every step. */
export interface Schedule {
  /**
   * `milestones`: constant, multiplied by `gamma` at given epochs. `cosine`: half a cosine from the rate down to
   * zero. `one-cycle`: up from a 25th of the rate, then down to nearly zero. The latter two may begin with `warmup`.
   */
  readonly kind: typeof scheduleKinds[number];
  /** The highest rate. */
  readonly learningRate: number;
  /** Epochs (from 0) at whose start the rate is multiplied by `gamma`; of `milestones` alone. */
  readonly milestones: readonly number[];
  readonly gamma: number;
  /** Share of its steps, from 0 to 1, in which the rate rises to its highest; of `cosine` and `one-cycle`. */
  readonly warmup: number;
  /** `cycled`: 0.95, 0.85 when the rate is highest, 0.95 in the end; of `one-cycle` alone. `constant`: 0.9. */
  readonly momentum: typeof momentumKinds[number];
}

/** A moment of a run. */
export interface Moment {
  /** Epochs done, counted from 0. */
  readonly epoch: number;
  /** Steps done with this schedule, counted from 0. */
  readonly step: number;
  /** Steps with this schedule: those of the run before its constant end. */
  readonly steps: number;
}

/** Half a cosine from `start` (at 0) to `end` (at 1). */
function cosine(start: number, end: number, share: number): number {
  return end + (start - end) / 2 * (1 + Math.cos(Math.PI * share));
}

function milestoneRate({ learningRate, milestones, gamma }: Schedule, epoch: number): number {
  return learningRate * gamma ** milestones.filter((milestone) => milestone <= epoch).length;
}

function cosineRate({ learningRate, warmup }: Schedule, share: number): number {
  if (share < warmup) return learningRate * share / warmup;
  return cosine(learningRate, 0, (share - warmup) / (1 - warmup));
}

/** PyTorch's divisors: the first rate is a 25th of the highest, the last a ten-thousandth of the first. */
const firstDivisor = 25, lastDivisor = 1e4;

/** From `first` to `top` while the rate rises, and on to `last`, each along half a cosine. */
function cycle(first: number, top: number, last: number, warmup: number, moment: Moment): number {
  const { step, steps } = moment, highest = warmup * steps - 1;
  // Where the rise is over with the first step, that one has the highest rate.
  if (step <= highest) return cosine(first, top, highest > 0 ? step / highest : 1);
  return cosine(top, last, (step - highest) / (steps - 1 - highest));
}

function oneCycleRate({ learningRate, warmup }: Schedule, moment: Moment): number {
  const first = learningRate / firstDivisor;
  return cycle(first, learningRate, first / lastDivisor, warmup, moment);
}

/**
 * The learning rate of the next step.
 *
 * Source: `MultiStepLR` and `OneCycleLR` of `torch.optim.lr_scheduler`; Loshchilov, Hutter, "SGDR" (2017),
 * https://arxiv.org/abs/1608.03983; Smith, Topin, "Super-Convergence" (2018), https://arxiv.org/abs/1708.07120.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const schedule = {
 *   kind: "milestones", learningRate: 1, milestones: [30], gamma: 0.1, warmup: 0, momentum: "constant",
 * } as const;
 * assert.equal(learningRateAt(schedule, { epoch: 29, step: 299, steps: 1500 }), 1);
 * assert.equal(learningRateAt(schedule, { epoch: 30, step: 300, steps: 1500 }), 0.1);
 * ```
 */
export function learningRateAt(schedule: Schedule, moment: Moment): number {
  switch (schedule.kind) {
    case "milestones":
      return milestoneRate(schedule, moment.epoch);
    case "cosine":
      return cosineRate(schedule, moment.step / moment.steps);
    case "one-cycle":
      return oneCycleRate(schedule, moment);
  }
}

/** PyTorch's for `OneCycleLR`, and for Adam. */
const highestMomentum = 0.95, lowestMomentum = 0.85, constantMomentum = 0.9;

/**
 * Adam's first decay rate, `beta1`, at the next step.
 *
 * Source: `OneCycleLR` of `torch.optim.lr_scheduler` (`cycle_momentum`); Smith, "A disciplined approach to neural
 * network hyper-parameters" (2018), https://arxiv.org/abs/1803.09820.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const schedule = {
 *   kind: "one-cycle", learningRate: 1, milestones: [], gamma: 1, warmup: 0.2, momentum: "cycled",
 * } as const;
 * assert.equal(momentumAt(schedule, { epoch: 0, step: 0, steps: 100 }), 0.95);
 * assert.equal(momentumAt(schedule, { epoch: 0, step: 19, steps: 100 }), 0.85);
 * assert.equal(momentumAt({ ...schedule, momentum: "constant" }, { epoch: 0, step: 19, steps: 100 }), 0.9);
 * ```
 */
export function momentumAt({ kind, momentum, warmup }: Schedule, moment: Moment): number {
  if (kind !== "one-cycle" || momentum !== "cycled") return constantMomentum;
  return cycle(highestMomentum, lowestMomentum, highestMomentum, warmup, moment);
}

/**
 * A schedule in words.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const schedule = {
 *   kind: "milestones", learningRate: 1e-4, milestones: [30], gamma: 0.1, warmup: 0, momentum: "constant",
 * } as const;
 * assert.equal(describeSchedule(schedule), "learning rate 0.0001, times 0.1 after epoch 30");
 * ```
 */
export function describeSchedule(
  { kind, learningRate, milestones, gamma, warmup, momentum }: Schedule,
): string {
  if (kind !== "milestones") {
    const cycled = kind === "one-cycle" && momentum === "cycled";
    const also = cycled ? `, momentum ${highestMomentum} to ${lowestMomentum} and back` : "";
    return `${kind} learning rate to ${learningRate}, warm-up ${warmup} of its steps${also}`;
  }
  if (!milestones.length) return `constant learning rate ${learningRate}`;
  return `learning rate ${learningRate}, times ${gamma} after epoch ${milestones.join(", ")}`;
}
