/**
 * What a figure of several patients comes to.
 *
 * @module
 */
import { deviation } from "d3-array";
import { mean } from "../evaluation/average.ts";
import { bootstrapInterval, type Interval } from "../evaluation/bootstrap.ts";
import { percentileOf } from "./percentile_of.ts";

/** Patients as units; those whose figure is not defined are left out. Null where none is left. */
export interface FigureSummary {
  /** Patients whose figure is defined. */
  readonly count: number;
  /** How many of them it is infinite for, as HD95 is where a tumor was missed altogether. */
  readonly infinite: number;
  /** Infinite where one of them is. */
  readonly mean: number | null;
  /** Of those whose figure is finite. */
  readonly finiteMean: number | null;
  /** The 95 % bootstrap interval of `finiteMean`; null with fewer than two. */
  readonly interval: Interval | null;
  /** The sample standard deviation of the finite ones; null with fewer than two. */
  readonly standardDeviation: number | null;
  readonly minimum: number | null;
  readonly quartile1: number | null;
  readonly median: number | null;
  readonly quartile3: number | null;
  readonly maximum: number | null;
}

/**
 * Sums a figure up.
 *
 * @param values One for each patient; null where it is not defined.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const { count, mean, median, standardDeviation } = summarizeFigure([0.5, null, 1]);
 * assert.deepEqual([count, mean, median, standardDeviation?.toFixed(4)], [2, 0.75, 0.75, "0.3536"]);
 * const distances = summarizeFigure([2, 4, Infinity]);
 * assert.deepEqual([distances.mean, distances.finiteMean, distances.median], [Infinity, 3, 4]);
 * ```
 */
export function summarizeFigure(values: readonly (number | null)[]): FigureSummary {
  const defined = values.filter((value) => value !== null);
  const finite = defined.filter(Number.isFinite);
  const at = (rank: number) => percentileOf(defined, rank);
  return {
    count: defined.length,
    infinite: defined.length - finite.length,
    mean: mean(defined),
    finiteMean: mean(finite),
    interval: bootstrapInterval(finite),
    standardDeviation: deviation(finite) ?? null,
    minimum: at(0),
    quartile1: at(25),
    median: at(50),
    quartile3: at(75),
    maximum: at(100),
  };
}
