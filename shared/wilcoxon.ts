/**
 * The Wilcoxon signed-rank test: whether differences between pairs lie to one side of 0 more often, and further, than
 * chance would have it. It asks for no particular distribution, which Dice does not have.
 *
 * Source: F. Wilcoxon, "Individual Comparisons by Ranking Methods", Biometrics Bulletin 1 (1945); `scipy.stats.wilcoxon`
 * 1.17, two-sided, which drops differences of 0 as well.
 *
 * @module
 */

/** What the test says. */
export interface SignedRankTest {
  /** Pairs that differ; the others say nothing. */
  readonly pairs: number;
  /** The sum of the ranks of the differences over 0. */
  readonly positiveRanks: number;
  /** Of those under 0. */
  readonly negativeRanks: number;
  /** How likely differences like these, or larger ones, are by chance, in either direction; 1 where no pair differs. */
  readonly pValue: number;
  /** Whether the p-value was counted out, or is that of a normal distribution. */
  readonly exact: boolean;
}

/** Settings of {@linkcode wilcoxonSignedRank}. */
export interface SignedRankOptions {
  /** Up to so many pairs p is exact, among equal differences too. @default {50} */
  readonly exactUpTo?: number;
}

/**
 * Tests whether the differences of pairs are centred on 0.
 *
 * @param differences One for each pair, as Dice of one model minus Dice of the other for each patient. Infinite ones
 *   rank above all others.
 * @throws {RangeError} when one is NaN.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * // All five are over 0: one of 32 ways to share out the signs, and one more for all under 0.
 * const { pairs, pValue } = wilcoxonSignedRank([0.1, 0.02, 0.3, 0, 0.05, 0.07]);
 * assert.deepEqual([pairs, pValue], [5, 2 / 32]);
 * ```
 */
export function wilcoxonSignedRank(
  differences: readonly number[],
  { exactUpTo = 50 }: SignedRankOptions = {},
): SignedRankTest {
  if (differences.some(Number.isNaN)) {
    throw new RangeError(
      "Cannot test differences as each must be a number: current value is NaN",
    );
  }
  const nonzero = differences.filter((difference) => difference !== 0);
  const ranks = doubledRanks(nonzero.map(Math.abs));
  const all = ranks.reduce((sum, rank) => sum + rank, 0);
  const positive = ranks.reduce((sum, rank, i) => nonzero[i] > 0 ? sum + rank : sum, 0);
  const exact = nonzero.length <= exactUpTo;
  const smaller = Math.min(positive, all - positive);
  return {
    pairs: nonzero.length,
    positiveRanks: positive / 2,
    negativeRanks: (all - positive) / 2,
    pValue: nonzero.length === 0 ? 1 : exact ? exactP(ranks, smaller) : normalP(ranks, smaller),
    exact,
  };
}

/** Twice the ranks from 1 on, so that the mean rank of two equal values is whole; in the order of the values. */
function doubledRanks(values: readonly number[]): number[] {
  const order = Array.from(values.keys()).sort((a, b) => values[a] < values[b] ? -1 : 1);
  const ranks: number[] = Array(values.length);
  for (let first = 0; first < order.length;) {
    let end = first + 1;
    while (end < order.length && values[order[end]] === values[order[first]]) end++;
    for (let place = first; place < end; place++) ranks[order[place]] = first + 1 + end;
    first = end;
  }
  return ranks;
}

/** The part of all ways to share out the signs whose smaller sum of ranks is at most this one. */
function exactP(ranks: readonly number[], smaller: number): number {
  const all = ranks.reduce((sum, rank) => sum + rank, 0);
  // How probable each sum of the ranks over 0 is.
  const probability = new Float64Array(all + 1);
  probability[0] = 1;
  let largest = 0;
  for (const rank of ranks) {
    largest += rank;
    for (let sum = largest; sum >= 0; sum--) {
      probability[sum] = (probability[sum] + (sum >= rank ? probability[sum - rank] : 0)) / 2;
    }
  }
  let tail = 0;
  for (let sum = 0; sum <= smaller; sum++) tail += probability[sum];
  return Math.min(1, 2 * tail);
}

/** By the normal distribution with the mean and variance of the sum; equal differences make the variance smaller. */
function normalP(ranks: readonly number[], smaller: number): number {
  const all = ranks.reduce((sum, rank) => sum + rank, 0);
  const variance = ranks.reduce((sum, rank) => sum + rank * rank, 0) / 4;
  return Math.min(1, erfc((all / 2 - smaller) / Math.sqrt(2 * variance)));
}

/**
 * The complement of the error function for values from 0, relative error below 1.2e-7.
 *
 * Source: W. H. Press et al., "Numerical Recipes in C" (1992), section 6.2.
 */
function erfc(x: number): number {
  const t = 1 / (1 + x / 2);
  const coefficients = [
    -1.26551223,
    1.00002368,
    0.37409196,
    0.09678418,
    -0.18628806,
    0.27886807,
    -1.13520398,
    1.48851587,
    -0.82215223,
    0.17087277,
  ];
  const sum = coefficients.reduceRight((value, coefficient) => value * t + coefficient, 0);
  return t * Math.exp(-x * x + sum);
}
