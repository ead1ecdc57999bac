/**
 * Whether two models differ, or two ways to outline: patient by patient on the same patients.
 *
 * @module
 */
import { wilcoxonSignedRank } from "../../shared/wilcoxon.ts";
import { mean, median } from "../evaluation/average.ts";
import { bootstrapInterval, bootstrapMeans, type Interval } from "../evaluation/bootstrap.ts";
import { type MetricName, metrics } from "./metrics.ts";
import type { PatientFigures } from "./patient_figures.ts";

/** One metric of two validations, patients as units. */
export interface MetricComparison {
  readonly metric: MetricName;
  /** Patients whose figure is defined and finite in both: all that follows is over these. */
  readonly patients: number;
  /** Patients left out, as one of the figures is infinite or not defined. */
  readonly leftOut: readonly string[];
  readonly meanA: number | null;
  readonly meanB: number | null;
  /** B minus A, over 0 where B's figures are larger. */
  readonly meanDifference: number | null;
  readonly medianDifference: number | null;
  /** The paired bootstrap's 95 % interval of the mean difference; null with fewer than two patients. */
  readonly interval: Interval | null;
  /** The paired bootstrap's two-sided p-value: how often, of 10,000 resamples, the mean difference changes sides; null with fewer than two. */
  readonly bootstrapP: number | null;
  /** The Wilcoxon signed-rank test's. */
  readonly wilcoxonP: number;
  /** Whether that was counted out. */
  readonly exact: boolean;
  /** Patients whose figure is better in A, the same, and better in B. */
  readonly betterA: number;
  readonly same: number;
  readonly betterB: number;
}

/** Two validations held against each other. */
export interface Comparison {
  /** Patients in both. */
  readonly patients: readonly string[];
  /** Patients in one of them alone, which say nothing of a difference. */
  readonly onlyA: readonly string[];
  readonly onlyB: readonly string[];
  /** Of NSD, in both. */
  readonly tolerance: number;
  readonly metrics: readonly MetricComparison[];
}

/** What two models are compared by. */
export const comparedMetrics = ["dice", "hd95", "nsd", "sensitivity", "precision"] as const;

/**
 * Compares the figures of the same patients.
 *
 * @throws {TypeError} when no patient is in both, or they were not measured alike: another spacing, tolerance or reference.
 */
export function compareValidations(
  a: readonly PatientFigures[],
  b: readonly PatientFigures[],
): Comparison {
  const inB = new Map(b.map((figures) => [figures.id, figures]));
  const inA = new Set(a.map(({ id }) => id));
  const pairs = a.filter(({ id }) => inB.has(id)).map((figures): Pair => [
    figures,
    inB.get(figures.id)!,
  ]);
  if (!pairs.length) {
    throw new TypeError("Cannot compare as there must be patients in both: there are none");
  }
  pairs.forEach(assertComparable);
  return {
    patients: pairs.map(([{ id }]) => id),
    tolerance: pairs[0][0].tolerance,
    onlyA: a.map(({ id }) => id).filter((id) => !inB.has(id)),
    onlyB: b.map(({ id }) => id).filter((id) => !inA.has(id)),
    metrics: comparedMetrics.map((metric) => compareMetric(metric, pairs)),
  };
}

type Pair = readonly [a: PatientFigures, b: PatientFigures];

/** Files keep a spacing in single precision or as text: as near as this, it is the same. */
const spacingDigits = 4;

function assertComparable([a, b]: Pair): void {
  const spacingText = ({ spacing }: PatientFigures) =>
    spacing ? `${spacing.map((mm) => Number(mm.toFixed(spacingDigits))).join(", ")} mm` : "none";
  if (spacingText(a) !== spacingText(b)) {
    throw new TypeError(
      `Cannot compare ${a.id} as its spacing must be the same in both: current values are ` +
        `${spacingText(a)} and ${spacingText(b)}`,
    );
  }
  if (a.tolerance !== b.tolerance) {
    throw new TypeError(
      `Cannot compare ${a.id} as NSD must be at the same tolerance in both: current values are ` +
        `${a.tolerance} and ${b.tolerance}`,
    );
  }
  if (a.tumorPixels !== b.tumorPixels || a.slices !== b.slices) {
    throw new TypeError(
      `Cannot compare ${a.id} as its reference must be the same in both: current values are ` +
        `${a.tumorPixels} and ${b.tumorPixels} tumor voxels in ${a.slices} and ${b.slices} slices`,
    );
  }
}

function compareMetric(metric: MetricName, pairs: readonly Pair[]): MetricComparison {
  const { of, better } = metrics[metric];
  const figures = pairs.map(([a, b]) => ({ id: a.id, a: of(a), b: of(b) }));
  const finite = figures.filter((pair): pair is { id: string; a: number; b: number } =>
    [pair.a, pair.b].every((value) => Number.isFinite(value))
  );
  const differences = finite.map(({ a, b }) => b - a);
  const test = wilcoxonSignedRank(differences);
  const over = differences.filter((difference) => difference > 0).length;
  const under = differences.filter((difference) => difference < 0).length;
  const [betterA, betterB] = better === "higher" ? [under, over] : [over, under];
  return {
    metric,
    patients: finite.length,
    leftOut: figures.filter((pair) => !finite.some(({ id }) => id === pair.id)).map(({ id }) => id),
    meanA: mean(finite.map(({ a }) => a)),
    meanB: mean(finite.map(({ b }) => b)),
    meanDifference: mean(differences),
    medianDifference: median(differences),
    interval: bootstrapInterval(differences),
    bootstrapP: bootstrapP(differences),
    wilcoxonP: test.pValue,
    exact: test.exact,
    betterA,
    same: differences.length - over - under,
    betterB,
  };
}

/** Twice the part of the resampled means that lie on the other side of 0, one more counted so that it is never 0. */
function bootstrapP(differences: readonly number[]): number | null {
  if (differences.length < 2) return null;
  const means = bootstrapMeans(differences);
  const under = means.reduce((count, value) => value <= 0 ? count + 1 : count, 1);
  const over = means.reduce((count, value) => value >= 0 ? count + 1 : count, 1);
  return Math.min(1, 2 * Math.min(under, over) / (means.length + 1));
}
