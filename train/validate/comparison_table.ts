/**
 * A comparison as people read it in a terminal.
 *
 * @module
 */
import { counted } from "../terminal/counted.ts";
import { formatTable } from "../terminal/table.ts";
import type { Comparison, MetricComparison } from "./comparison.ts";
import { type LengthUnit, metrics, metricTitle, nsdNote } from "./metrics.ts";
import { formatFigure, formatInterval } from "./validation_table.ts";

/** A p-value as people write it. */
export function formatP(p: number | null): string {
  if (p === null) return "-";
  return p < 0.001 ? "<0.001" : p.toFixed(3);
}

/** The names over {@linkcode comparisonCells}. */
export const comparisonHeader = [
  "patients",
  "mean A",
  "mean B",
  "B - A",
  "95 % interval",
  "p (bootstrap)",
  "p (Wilcoxon)",
  "A better",
  "same",
  "B better",
] as const;

/** One metric's comparison as the cells of a row. */
export function comparisonCells(comparison: MetricComparison): string[] {
  return [
    String(comparison.patients),
    formatFigure(comparison.meanA),
    formatFigure(comparison.meanB),
    formatFigure(comparison.meanDifference),
    formatInterval(comparison.interval),
    formatP(comparison.bootstrapP),
    formatP(comparison.wilcoxonP) + (comparison.exact ? "" : " (normal)"),
    String(comparison.betterA),
    String(comparison.same),
    String(comparison.betterB),
  ];
}

/** In one sentence what Dice says. */
export function verdict(a: string, b: string, { metrics: [dice] }: Comparison): string {
  const { interval, meanDifference, wilcoxonP, patients } = dice;
  // All patients better in one of them: the least that p can be.
  const least = 2 ** (1 - patients);
  if (!interval || meanDifference === null || least >= 0.05) {
    return `${counted(patients, "patient")} cannot tell a difference from chance: at least 6 can ` +
      `(the Wilcoxon test's p cannot be under ${Math.min(least, 1)}).`;
  }
  const excludes = interval.low > 0 || interval.high < 0;
  const better = meanDifference > 0 ? b : a;
  if (excludes && wilcoxonP < 0.05) {
    return `${better} has the better Dice: by ${Math.abs(meanDifference).toFixed(3)} on average, ` +
      `95 % interval of B - A ${formatInterval(interval)}, Wilcoxon p ${formatP(wilcoxonP)}.`;
  }
  if (!excludes && wilcoxonP >= 0.05) {
    return `No difference in Dice is shown: 95 % interval of B - A ${formatInterval(interval)}, ` +
      `Wilcoxon p ${formatP(wilcoxonP)}.`;
  }
  return `Bootstrap and Wilcoxon do not agree on Dice: 95 % interval of B - A ${
    formatInterval(interval)
  }, Wilcoxon p ${formatP(wilcoxonP)}. Take it for undecided.`;
}

/** What to keep in mind beside the table. */
export function comparisonNotes(
  { metrics: compared, onlyA, onlyB, tolerance }: Comparison,
  unit: LengthUnit,
): string[] {
  return [
    nsdNote(tolerance, unit),
    ...compared.filter(({ leftOut }) => leftOut.length).map(({ metric, leftOut }) =>
      `${metrics[metric].title}: without ${leftOut.join(", ")}, infinite or not defined in A or B.`
    ),
    ...(onlyA.length ? [`In A alone, and left out: ${onlyA.join(", ")}.`] : []),
    ...(onlyB.length ? [`In B alone, and left out: ${onlyB.join(", ")}.`] : []),
    "p-values are two-sided and not corrected for the number of metrics: decide on one before you look.",
  ];
}

/** Names, a row for each metric, what Dice says, notes. */
export function comparisonTable(
  a: string,
  b: string,
  comparison: Comparison,
  unit: LengthUnit,
): string {
  const table = formatTable(
    ["", ...comparisonHeader],
    comparison.metrics.map((row) => [metricTitle(row.metric, unit), ...comparisonCells(row)]),
  );
  const notes = comparisonNotes(comparison, unit).join("\n");
  return `A: ${a}\nB: ${b}\n\n${table}\n\n${verdict(a, b, comparison)}\n${notes}`;
}
