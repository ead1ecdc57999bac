/**
 * The curves of a run: loss and Dice by epoch, drawn with Vega-Lite.
 *
 * @module
 */
import { parse, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import type { EpochMetrics, RunMetrics } from "../run/run_folder.ts";
import { fontFamily, renderSvg } from "./render_svg.ts";

/** What stands over the curves. */
export interface CurvesTitle {
  readonly title: string;
  readonly subtitle: string;
  /** What the dashed line is at, as `tellResult` says it. */
  readonly dashed: string;
}

/** Both forms of one picture. */
export interface Picture {
  readonly svg: string;
  readonly png: Uint8Array;
}

const width = 640;
const colors = { training: "#3a6ea5", validation: "#c8501e", patient: "#c4c4c4", best: "#777" };

interface Point {
  readonly epoch: number;
  readonly value: number;
  readonly series: string;
}

interface Series {
  readonly name: string;
  readonly label: string;
  readonly color: string;
  readonly points: readonly Point[];
}

/**
 * Training and validation loss over validation Dice, a dashed line at the epoch whose checkpoint was kept.
 *
 * @throws {RangeError} when there are no epochs.
 */
export async function drawCurves(metrics: RunMetrics, title: CurvesTitle): Promise<Picture> {
  if (!metrics.epochs.length) {
    throw new RangeError(
      "Cannot draw curves as there must be at least 1 epoch: current value is 0",
    );
  }
  const spec = curvesSpec(metrics, title);
  const view = new View(parse(compile(spec).spec), { renderer: "none" });
  const svg = await view.toSVG();
  view.finalize();
  return { svg, png: renderSvg(svg, 2) };
}

function curvesSpec(metrics: RunMetrics, { title, subtitle, dashed }: CurvesTitle): TopLevelSpec {
  const { epochs, bestEpoch } = metrics;
  const last = epochs.at(-1)!;
  const line = (name: string, text: string, color: string, figure: Figure): Series => {
    const points = pointsOf(epochs, name, figure);
    const value = points.at(-1)?.value.toFixed(3) ?? "not defined";
    return { name, label: `${text} ${value}`, color, points };
  };
  const loss = [
    line("training", "training", colors.training, ({ trainingLoss }) => trainingLoss),
    line("validation", "validation", colors.validation, ({ validationLoss }) => validationLoss),
  ];
  const patients = Object.keys(last.diceByPatient).map((id): Series => ({
    name: id,
    label: "",
    color: colors.patient,
    points: pointsOf(epochs, id, ({ diceByPatient }) => diceByPatient[id]),
  }));
  const count = patients.length;
  const mean = line(
    "mean",
    count === 1 ? "validation" : "mean",
    colors.validation,
    (epoch) => epoch.validationDice,
  );
  const diceTitle = count === 1
    ? "Volume Dice of the validation patient"
    : `Volume Dice of the ${count} validation patients: mean, and each in gray`;
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    background: "white",
    padding: 20,
    title: {
      text: title,
      subtitle: [subtitle, `Dashed: ${dashed}.`],
      anchor: "start",
      offset: 18,
    },
    config,
    spacing: 28,
    vconcat: [
      panel("Loss", loss, epochs.length, bestEpoch),
      panel(diceTitle, count === 1 ? [mean] : [...patients, mean], epochs.length, bestEpoch),
    ],
  } as TopLevelSpec;
}

type Figure = (epoch: EpochMetrics) => number | null;

function pointsOf(epochs: readonly EpochMetrics[], series: string, figure: Figure): Point[] {
  return epochs.flatMap((epoch) => {
    const value = figure(epoch);
    return value === null ? [] : [{ epoch: epoch.epoch, value, series }];
  });
}

/** One diagram: lines with their names at their right ends, and a mark at the best epoch. */
function panel(title: string, series: readonly Series[], epochs: number, bestEpoch: number) {
  const x = {
    field: "epoch",
    type: "quantitative",
    title: "epoch",
    scale: { domain: [1, Math.max(epochs, 2)], nice: false, zero: false },
    axis: { format: "d", tickMinStep: 1 },
  };
  const largest = Math.max(1, ...series.flatMap(({ points }) => points.map(({ value }) => value)));
  const y = {
    field: "value",
    type: "quantitative",
    title: null,
    scale: { domain: [0, largest] },
    axis: { format: ".1f", tickCount: 6 },
  };
  const lines = series.map(({ points, color, label }) => ({
    data: { values: points },
    mark: {
      type: "line",
      color,
      strokeWidth: label ? 2.5 : 1,
      // A few epochs are seen better as points; a hundred are not.
      point: label && epochs <= 30 ? { color, size: 36 } : false,
    },
    encoding: { x, y },
  }));
  const best = {
    data: { values: [{ epoch: bestEpoch }] },
    mark: { type: "rule", color: colors.best, strokeDash: [4, 4] },
    encoding: { x },
  };
  return {
    width,
    height: 240,
    title: { text: title, anchor: "start", fontSize: 13, fontWeight: "normal" },
    layer: [best, ...lines, ...endLabels(series, x, y)],
  };
}

/** The names of the lines, the upper one a little up and the lower one a little down so that none overlap. */
function endLabels(series: readonly Series[], x: unknown, y: unknown) {
  const labelled = series.filter(({ label, points }) => label && points.length);
  const byHeight = [...labelled].sort((a, b) => a.points.at(-1)!.value - b.points.at(-1)!.value);
  return byHeight.map(({ points, label, color }, rank) => ({
    data: { values: points.slice(-1) },
    mark: {
      type: "text",
      text: label,
      color,
      fontWeight: "bold",
      align: "left",
      baseline: "middle",
      dx: 9,
      dy: byHeight.length === 1 ? 0 : rank ? -7 : 7,
    },
    encoding: { x, y },
  }));
}

const config = {
  font: fontFamily,
  title: { font: fontFamily, subtitleFont: fontFamily, fontSize: 17, subtitleColor: "#555" },
  view: { stroke: null },
  axis: {
    labelFont: fontFamily,
    titleFont: fontFamily,
    titleFontWeight: "normal",
    labelColor: "#333",
    titleColor: "#333",
    gridColor: "#e8e8e8",
    domainColor: "#999",
    tickColor: "#999",
  },
  text: { font: fontFamily, fontSize: 12 },
};
