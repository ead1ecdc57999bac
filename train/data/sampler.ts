/**
 * Which slices an epoch learns from, and in which order. Both follow from the run's seed and the epoch's
 * number alone, so that a run that was interrupted goes on with the very slices it would have seen.
 *
 * @module
 */
import { type Random, shuffled } from "./random.ts";
import { randomAt } from "./random_at.ts";

/** What an epoch's slices follow from. */
export interface SamplerSettings {
  /** The run's seed. */
  readonly seed: number;
  /** From 1. */
  readonly epoch: number;
  /**
   * How many times as often a slice with tumor is drawn as one without. At 1 every slice comes once.
   * @default {1}
   */
  readonly tumorWeight?: number;
}

/**
 * The slices of one epoch, as many as there are: indices into `hasTumor`, in the order to learn from them.
 *
 * With a weight, slices with tumor are repeated and others left out. The draws are systematic, evenly spaced
 * through the slices in random order: a slice that is due 1.5 times comes once or twice, never none or five
 * times as in independent draws. Source: Madow (1949), "On the theory of systematic sampling, II".
 *
 * @param hasTumor Whether each slice has a pixel of tumor.
 * @returns Empty where there are no slices.
 * @throws {RangeError} when the weight is not a number above 0.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const hasTumor = [true, false, false, false];
 * assert.deepEqual(epochSlices(hasTumor, { seed: 42, epoch: 1 }).sort(), [0, 1, 2, 3]);
 * const weighted = epochSlices(hasTumor, { seed: 42, epoch: 1, tumorWeight: 3 });
 * assert.equal(weighted.filter((index) => index === 0).length, 2); // 3 of 6 parts of 4 draws
 * ```
 */
export function epochSlices(
  hasTumor: readonly boolean[],
  { seed, epoch, tumorWeight = 1 }: SamplerSettings,
): number[] {
  if (!(tumorWeight > 0 && tumorWeight < Infinity)) {
    throw new RangeError(
      `Cannot sample slices as the tumor weight must be a number above 0: current value is ${tumorWeight}`,
    );
  }
  const random = randomAt(seed, epoch);
  const order = shuffled(hasTumor.map((_, index) => index), random);
  if (tumorWeight === 1) return order;
  return shuffled(
    drawn(order, order.map((index) => hasTumor[index] ? tumorWeight : 1), random),
    random,
  );
}

/** As many items as there are, each as often as its weight's share of all weights asks for. */
function drawn<T>(items: readonly T[], weights: readonly number[], random: Random): T[] {
  const step = weights.reduce((sum, weight) => sum + weight, 0) / items.length;
  const start = random.fraction() * step;
  const draws: T[] = [];
  let reached = 0;
  for (const [index, weight] of weights.entries()) {
    reached += weight;
    while (draws.length < items.length && start + draws.length * step < reached) {
      draws.push(items[index]);
    }
  }
  // Rounding may leave the last draw just beyond the sum of the weights.
  while (draws.length < items.length) draws.push(items[items.length - 1]);
  return draws;
}
