/**
 * Gates: what a validation must come to, as `mean(dice)>=0.85`, so that a script or CI can stop a model that does not.
 *
 * @module
 */
import { parseChoice, parseNumber } from "../../shared/argument.ts";
import { mean } from "../evaluation/average.ts";
import { type MetricName, metricNames, metrics } from "./metrics.ts";
import type { PatientFigures } from "./patient_figures.ts";
import { percentileOf } from "./percentile_of.ts";

const operators = {
  ">=": (value: number, bound: number) => value >= bound,
  "<=": (value: number, bound: number) => value <= bound,
  ">": (value: number, bound: number) => value > bound,
  "<": (value: number, bound: number) => value < bound,
};

/** The ranks of the percentiles that have names. */
const ranks = { min: 0, median: 50, max: 100 };

/** A gate. */
export interface Gate {
  /** As it was written. */
  readonly text: string;
  readonly metric: MetricName;
  /** The mean, or the percentile of this rank. */
  readonly statistic: "mean" | number;
  readonly operator: keyof typeof operators;
  readonly bound: number;
}

/** A gate, and whether the patients pass it. */
export interface CheckedGate extends Gate {
  /** What the patients come to; null where the metric is not defined for any of them. */
  readonly value: number | null;
  /** False where there is no value. */
  readonly passed: boolean;
}

/**
 * Reads a gate: `mean`, `median`, `min` or `max` of a metric, or `percentile(METRIC, RANK)`; `>=`, `<=`, `>` or `<`; a
 * number. Spaces do not matter.
 *
 * @throws {TypeError} when it is none, or there is no such metric; the error lists those there are.
 * @throws {RangeError} when a rank is not from 0 to 100.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const { metric, statistic, operator, bound } = parseGate("percentile(hd95, 90) <= 12.5");
 * assert.deepEqual([metric, statistic, operator, bound], ["hd95", 90, "<=", 12.5]);
 * assert.throws(() => parseGate("mean(dise)>0.8"), /one of dice, iou, /);
 * ```
 */
export function parseGate(text: string): Gate {
  const match = /^(\w+)\((\w+)(?:,([^)]*))?\)(>=|<=|[<>](?!=))(.+)$/.exec(text.replace(/\s/g, ""));
  if (!match) {
    throw new TypeError(
      'Cannot use --gate as it must be like "mean(dice)>=0.85" or "percentile(hd95,90)<=12": ' +
        `current value is "${text}"`,
    );
  }
  const [, statistic, metric, rank, operator, bound] = match;
  return {
    text,
    metric: parseChoice(`the metric of --gate "${text}"`, metric, metricNames),
    statistic: parseStatistic(text, statistic, rank),
    operator: operator as Gate["operator"],
    bound: parseNumber(`the bound of --gate "${text}"`, bound),
  };
}

function parseStatistic(text: string, name: string, rank?: string): Gate["statistic"] {
  const names = ["mean", "median", "min", "max", "percentile"] as const;
  const statistic = parseChoice(`--gate "${text}"`, name, names);
  const what = `the rank of --gate "${text}"`;
  if (statistic === "percentile") {
    return parseNumber(what, rank ?? "", { minimum: 0, maximum: 100 });
  }
  if (rank !== undefined) {
    throw new TypeError(
      `Cannot use ${what} as only percentile has one: current value is "${rank}"`,
    );
  }
  return statistic === "mean" ? "mean" : ranks[statistic];
}

/**
 * Holds patients against a gate. Patients whose figure is not defined are left out; one that is infinite counts as that,
 * so that a mean distance is infinite where a tumor was missed altogether.
 */
export function checkGate(gate: Gate, patients: readonly PatientFigures[]): CheckedGate {
  const values = patients.map(metrics[gate.metric].of).filter((value) => value !== null);
  const value = gate.statistic === "mean" ? mean(values) : percentileOf(values, gate.statistic);
  const passed = value !== null && operators[gate.operator](value, gate.bound);
  return { ...gate, value, passed };
}
