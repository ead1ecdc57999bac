/**
 * How far a figure over a few patients can be trusted.
 *
 * @module
 */
import { seededRandom } from "../data/random.ts";
import { percentiles } from "../../shared/percentile.ts";

/** Both ends of an interval. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Settings of {@linkcode bootstrapMeans} and {@linkcode bootstrapInterval}. */
export interface BootstrapOptions {
  /** Share of the resamples within the interval. @default {0.95} */
  readonly level?: number;
  /** @default {10000} */
  readonly resamples?: number;
  /** @default {42} */
  readonly seed?: number;
}

/**
 * The mean over samples of as many values, drawn from them with replacement, in the order in which they were drawn. The
 * same values, in the same order, and seed give the same means.
 *
 * @param values One for each patient; those of one patient depend on each other and must be one value.
 */
export function bootstrapMeans(
  values: readonly number[],
  { resamples = 10_000, seed = 42 }: BootstrapOptions = {},
): Float32Array {
  const random = seededRandom(seed);
  return Float32Array.from({ length: resamples }, () => {
    let sum = 0;
    for (let draw = 0; draw < values.length; draw++) sum += values[random.integer(values.length)];
    return sum / values.length;
  });
}

/**
 * Where the mean would lie with other patients of the same kind: percentiles of {@linkcode bootstrapMeans}. Of the
 * differences between two models, patient by patient, it is the paired bootstrap's.
 *
 * Source: Efron, Tibshirani, "An Introduction to the Bootstrap" (1993), chapter 13, the percentile interval.
 *
 * @param values One for each patient; those of one patient depend on each other and must be one value.
 * @returns Null with fewer than two values, which tell nothing of others.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const { low, high } = bootstrapInterval([0.6, 0.7, 0.8, 0.9])!;
 * assert.ok(0.6 < low && low < 0.75 && 0.75 < high && high < 0.9);
 * assert.equal(bootstrapInterval([0.5]), null);
 * ```
 */
export function bootstrapInterval(
  values: readonly number[],
  { level = 0.95, ...options }: BootstrapOptions = {},
): Interval | null {
  if (values.length < 2) return null;
  const outside = (1 - level) / 2 * 100;
  const [low, high] = percentiles(bootstrapMeans(values, options), [outside, 100 - outside]);
  return { low, high };
}
