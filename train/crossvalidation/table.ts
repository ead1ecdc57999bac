/**
 * A cross-validation as people read it in a terminal.
 *
 * @module
 */
import { formatFigure } from "../evaluation/evaluation_table.ts";
import { formatTable } from "../terminal/table.ts";
import type { CrossvalidationSummary, DiceFigures } from "./summary.ts";

/** Names over {@linkcode figureCells}. */
export const figureHeader = ["patients", "mean Dice", "95 % interval", "median"] as const;

/** Figures over some patients as the cells of a row. */
export function figureCells(
  { count, meanVolumeDice, meanInterval, medianVolumeDice }: DiceFigures,
): string[] {
  const interval = meanInterval
    ? `${formatFigure(meanInterval.low)} to ${formatFigure(meanInterval.high)}`
    : "-";
  return [String(count), formatFigure(meanVolumeDice), interval, formatFigure(medianVolumeDice)];
}

/** A row for each patient; then one for each institution, each fold, and all. */
export function crossvalidationTable(summary: CrossvalidationSummary): string {
  const { lastEpoch } = summary;
  const patients = formatTable(
    ["patient", "fold", "Dice", ...(lastEpoch ? ["after the last epoch"] : [])],
    summary.patients.map(({ id, fold, volumeDice, lastEpochDice }) => [
      id,
      String(fold),
      formatFigure(volumeDice),
      ...(lastEpochDice === undefined ? [] : [formatFigure(lastEpochDice)]),
    ]),
  );
  const groups = formatTable(["", ...figureHeader], [
    ...summary.institutions.map((group) => [
      `institution ${group.institution}`,
      ...figureCells(group),
    ]),
    ...summary.folds.map((group) => [`fold ${group.fold}`, ...figureCells(group)]),
    ["all", ...figureCells(summary)],
    ...(lastEpoch ? [["all, after the last epoch", ...figureCells(lastEpoch)]] : []),
  ]);
  return `${patients}\n\n${groups}`;
}
