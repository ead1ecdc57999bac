/**
 * The Dice of every patient of a cross-validation, institution by institution.
 *
 * @module
 */
import type { CrossvalidationSummary, DiceFigures } from "../crossvalidation/summary.ts";
import { counted } from "../terminal/counted.ts";
import { drawGroups, type PlotGroup } from "./group_plot.ts";

/** A row for all patients and one for each institution. SVG. */
export function drawDice(summary: CrossvalidationSummary): Promise<string> {
  const { patients, institutions } = summary;
  const group = (name: string, figures: DiceFigures, members: typeof patients): PlotGroup => ({
    label: `${name} (${counted(figures.count, "patient")})`,
    mean: figures.meanVolumeDice,
    interval: figures.meanInterval,
    dice: members.map(({ volumeDice }) => volumeDice),
  });
  return drawGroups([
    group("all", summary, patients),
    ...institutions.map((figures) =>
      group(
        figures.institution,
        figures,
        patients.filter(({ institution }) => institution === figures.institution),
      )
    ),
  ]);
}
