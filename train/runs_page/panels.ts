/**
 * The curves of several runs, a panel for each figure. Runs anywhere, as `line_plot.ts` does.
 *
 * @module
 */
import { linePlot, type Point } from "./line_plot.ts";

/** The figures that are drawn, in the order of their panels. */
export const figures = [
  { key: "trainingLoss", title: "Training loss", bounds: [0, Infinity] },
  { key: "validationLoss", title: "Validation loss", bounds: [0, Infinity] },
  { key: "validationDice", title: "Mean volume Dice of the validation patients", bounds: [0, 1] },
] as const;

/** One of {@linkcode figures}. */
export type Figure = typeof figures[number];

/** What is drawn of a run. */
export interface RunCurves {
  readonly name: string;
  /** Epoch and value; an epoch whose Dice is not defined is left out. */
  readonly curves: Readonly<Record<Figure["key"], readonly Point[]>>;
}

/** Colors that people who do not see all colors can tell apart: Okabe, Ito, "Color Universal Design" (2008). */
export const runColors = [
  "#0072b2",
  "#d55e00",
  "#009e73",
  "#cc79a7",
  "#e69f00",
  "#56b4e9",
] as const;

/** Once all colors are used, they come again with other dashes. */
const dashes = ["", "6 3", "2 3", "8 3 2 3"];

/** The color and dashes of a run, by its place among all runs. */
export function lineStyle(run: number): { readonly color: string; readonly dash: string } {
  const round = Math.floor(run / runColors.length);
  return { color: runColors[run % runColors.length], dash: dashes[round % dashes.length] };
}

/** The panel of a figure as SVG, with the curves of those runs, by their places, that are shown. */
export function drawPanel(
  { key, title, bounds }: Figure,
  runs: readonly RunCurves[],
  shown: ReadonlySet<number>,
): string {
  const lines = runs.flatMap(({ curves }, id) =>
    shown.has(id) ? [{ id, ...lineStyle(id), points: curves[key] }] : []
  );
  return linePlot({ title, xTitle: "epoch", lines, bounds });
}
