/**
 * The Dice of every patient, institution by institution, drawn with Vega-Lite.
 *
 * @module
 */
import { parse, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import type { CrossvalidationSummary, DiceFigures } from "../crossvalidation/summary.ts";
import { counted } from "../terminal/counted.ts";
import { fontFamily } from "./render_svg.ts";

const colors = { patient: "#8a8a8a", mean: "#c8501e" };
const rowHeight = 44;

/** One row: patients as dots, their mean with its interval in color. SVG. */
export async function drawDice(summary: CrossvalidationSummary): Promise<string> {
  const view = new View(parse(compile(diceSpec(summary)).spec), { renderer: "none" });
  const svg = await view.toSVG();
  view.finalize();
  return svg;
}

interface Row {
  readonly label: string;
  readonly figures: DiceFigures;
  readonly dice: readonly (number | null)[];
}

function rowsOf(summary: CrossvalidationSummary): Row[] {
  const { patients, institutions } = summary;
  const row = (name: string, figures: DiceFigures, group: typeof patients): Row => ({
    label: `${name} (${counted(figures.count, "patient")})`,
    figures,
    dice: group.map(({ volumeDice }) => volumeDice),
  });
  return [
    row("all", summary, patients),
    ...institutions.map((figures) =>
      row(
        figures.institution,
        figures,
        patients.filter(({ institution }) => institution === figures.institution),
      )
    ),
  ];
}

function diceSpec(summary: CrossvalidationSummary): TopLevelSpec {
  const rows = rowsOf(summary), labels = rows.map(({ label }) => label);
  const y = { field: "label", type: "nominal", title: null, sort: labels, scale: { padding: 0 } };
  const x = {
    field: "dice",
    type: "quantitative",
    title: "volume Dice",
    scale: { domain: [0, 1] },
    axis: { format: ".1f", tickCount: 10 },
  };
  // Spread over the row by place in the list, since most Dice are alike and their dots would hide each other.
  const dots = rows.flatMap(({ label, dice }) =>
    dice.filter((value) => value !== null).map((value, place) => ({
      label,
      dice: value,
      spread: (0.5 + place * 0.618034) % 1,
    }))
  );
  const means = rows.filter(({ figures }) => figures.meanInterval).map(({ label, figures }) => ({
    label,
    dice: figures.meanVolumeDice,
    ...figures.meanInterval,
  }));
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    background: "white",
    padding: 8,
    width: 640,
    height: { step: rowHeight },
    config,
    layer: [
      {
        data: { values: dots },
        mark: { type: "circle", color: colors.patient, opacity: 0.6, size: 40 },
        encoding: {
          x,
          y,
          yOffset: {
            field: "spread",
            type: "quantitative",
            scale: { domain: [0, 1], range: [0.2 * rowHeight, 0.8 * rowHeight] },
          },
        },
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
  } as TopLevelSpec;
}

const config = {
  font: fontFamily,
  view: { stroke: null },
  axis: {
    titleFontWeight: "normal",
    labelColor: "#333",
    titleColor: "#333",
    labelFontSize: 12,
    gridColor: "#e8e8e8",
    domainColor: "#999",
    tickColor: "#999",
  },
};
