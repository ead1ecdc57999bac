/**
 * How Dice depends on the threshold that turns probabilities into an outline.
 *
 * Source: the Dice of `dice.ts`, L. R. Dice (1945), of the outline at each threshold; empty against empty is NaN there too.
 *
 * @module
 */

import type { ConfusionCounts } from "./confusion.ts";
import { diceFromCounts } from "./dice.ts";
import { assertSameShape } from "./shape.ts";
import type { Mask, ProbabilityMap } from "./volume.ts";

/** A point of the curve. */
export interface DiceAtThreshold {
  readonly threshold: number;
  /** From 0 to 1; NaN where neither the thresholded prediction nor the reference has tumor. */
  readonly dice: number;
}

/**
 * Dice at each threshold: what `volumeDice(threshold(probability, at), reference)` gives, for all of them in one pass.
 * Shapes [slices, height, width] or [height, width].
 *
 * @param thresholds Ascending, each from 0 to 1.
 * @throws {TypeError} when the shapes differ, or an array does not fill its shape.
 * @throws {RangeError} when a threshold is not from 0 to 1, or not over the one before it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const probability = { data: new Float32Array([0.25, 0.5, 0.75]), shape: [1, 3] };
 * const reference = { data: new Uint8Array([0, 1, 1]), shape: [1, 3] };
 * assert.deepEqual(diceOverThresholds(probability, reference, [0, 0.25, 0.75]), [
 *   { threshold: 0, dice: 0.8 },
 *   { threshold: 0.25, dice: 1 },
 *   { threshold: 0.75, dice: 0 },
 * ]);
 * ```
 */
export function diceOverThresholds(
  probability: ProbabilityMap,
  reference: Mask,
  thresholds: readonly number[],
): DiceAtThreshold[] {
  const counts = countsOverThresholds(probability, reference, thresholds);
  return counts.map((count, index) => ({
    threshold: thresholds[index],
    dice: diceFromCounts(count),
  }));
}

/**
 * The counts behind {@linkcode diceOverThresholds}, one for each threshold. Those of several slices or patients can be
 * added with `addCounts`, so that none of them has to stay in memory.
 *
 * @param thresholds Ascending, each from 0 to 1. A probability is tumor when it is over the threshold.
 * @throws {TypeError} when the shapes differ, or an array does not fill its shape.
 * @throws {RangeError} when a threshold is not from 0 to 1, or not over the one before it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const probability = { data: new Float32Array([0.2, 0.7]), shape: [1, 2] };
 * const reference = { data: new Uint8Array([0, 1]), shape: [1, 2] };
 * assert.deepEqual(countsOverThresholds(probability, reference, [0.5]), [
 *   { truePositives: 1, falsePositives: 0, falseNegatives: 0, trueNegatives: 1 },
 * ]);
 * ```
 */
export function countsOverThresholds(
  probability: ProbabilityMap,
  reference: Mask,
  thresholds: readonly number[],
): ConfusionCounts[] {
  assertSameShape("measure Dice over thresholds", probability, reference);
  assertAscending(thresholds);
  // At index n: the voxels that are tumor at the first n thresholds and at none after.
  const tumor = new Float64Array(thresholds.length + 1);
  const background = new Float64Array(thresholds.length + 1);
  for (let i = 0; i < probability.data.length; i++) {
    const passed = countBelow(thresholds, probability.data[i]);
    if (reference.data[i] !== 0) tumor[passed]++;
    else background[passed]++;
  }
  let falseNegatives = 0, trueNegatives = 0;
  const allTumor = sum(tumor), allBackground = sum(background);
  return thresholds.map((_, index) => {
    falseNegatives += tumor[index];
    trueNegatives += background[index];
    return {
      truePositives: allTumor - falseNegatives,
      falsePositives: allBackground - trueNegatives,
      falseNegatives,
      trueNegatives,
    };
  });
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

/** How many thresholds are under a probability; none is under NaN. */
function countBelow(thresholds: readonly number[], probability: number): number {
  let low = 0, high = thresholds.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (probability > thresholds[middle]) low = middle + 1;
    else high = middle;
  }
  return low;
}

function assertAscending(thresholds: readonly number[]): void {
  thresholds.forEach((threshold, index) => {
    if (!(threshold >= 0 && threshold <= 1)) {
      throw new RangeError(
        "Cannot measure Dice over thresholds as every threshold must be from 0 to 1: " +
          `current value is ${threshold}`,
      );
    }
    if (index > 0 && threshold <= thresholds[index - 1]) {
      throw new RangeError(
        "Cannot measure Dice over thresholds as each must be over the one before it: " +
          `current value is ${threshold} after ${thresholds[index - 1]}`,
      );
    }
  });
}
