/**
 * The Dice of patients in groups, and the mean of each group.
 *
 * @module
 */
import type { Interval } from "../evaluation/bootstrap.ts";
import { vegaSvg } from "./vega_svg.ts";

/** One row. */
export interface PlotGroup {
  readonly label: string;
  /** Of each patient; null where it is not defined. */
  readonly dice: readonly (number | null)[];
  readonly mean: number | null;
  /** Of the mean. */
  readonly interval: Interval | null;
}

const colors = { patient: "#8a8a8a", mean: "#c8501e" };
const rowHeight = 44;

/** Patients as dots, their mean with its interval in color, a row for each group. SVG. */
export function drawGroups(groups: readonly PlotGroup[]): Promise<string> {
  const labels = groups.map(({ label }) => label);
  const y = {
    field: "label",
    type: "nominal",
    title: null,
    sort: labels,
    scale: { padding: 0 },
    axis: { labelLimit: 400 },
  };
  const x = {
    field: "dice",
    type: "quantitative",
    title: "volume Dice",
    scale: { domain: [0, 1] },
    axis: { format: ".1f", tickCount: 10 },
  };
  // Spread over the row by place in the list, since most Dice are alike and their dots would hide each other.
  const dots = groups.flatMap(({ label, dice }) =>
    dice.filter((value) => value !== null).map((value, place) => ({
      label,
      dice: value,
      spread: (0.5 + place * 0.618034) % 1,
    }))
  );
  const means = groups.filter(({ interval }) => interval).map(({ label, mean, interval }) => ({
    label,
    dice: mean,
    ...interval,
  }));
  const spread = {
    field: "spread",
    type: "quantitative",
    scale: { domain: [0, 1], range: [0.2 * rowHeight, 0.8 * rowHeight] },
  };
  return vegaSvg({
    width: 640,
    height: { step: rowHeight },
    layer: [
      {
        data: { values: dots },
        mark: { type: "circle", color: colors.patient, opacity: 0.6, size: 40 },
        encoding: { x, y, yOffset: spread },
      },
      {
        data: { values: means },
        mark: { type: "rule", color: colors.mean, strokeWidth: 3 },
        encoding: { x: { ...x, field: "low" }, x2: { field: "high" }, y },
      },
      {
        data: { values: means },
        mark: {
          type: "point",
          shape: "diamond",
          filled: true,
          color: colors.mean,
          size: 110,
          opacity: 1,
        },
        encoding: { x, y },
      },
    ],
  });
}
