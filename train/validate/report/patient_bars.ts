/**
 * The Dice of every patient as a bar, the worst first.
 *
 * @module
 */
import { vegaSvg } from "../../report/vega_svg.ts";
import type { Validation } from "../validation.ts";

const colors = { bar: "#7a9cc0", mean: "#c8501e", median: "#222" };
/** Widths of the diagram, between which bars become narrower. */
const narrowest = 300, widest = 1040;
const widestBar = 36;
/** With more patients than that, there is no room for their names. */
const mostNames = 110;

/** Bars over the patients' names, lines at mean and median. SVG. */
export function drawPatientBars({ patients, metrics: { dice } }: Validation): Promise<string> {
  const bars = patients.filter(({ volumeDice }) => volumeDice !== null)
    .map(({ id, volumeDice }) => ({ id, dice: volumeDice! })).sort((a, b) => a.dice - b.dice);
  const step = Math.min(widestBar, widest / Math.max(bars.length, 1));
  const lines = [
    { name: "mean", dice: dice.mean, color: colors.mean },
    { name: "median", dice: dice.median, color: colors.median },
  ].filter((line) => line.dice !== null).sort((a, b) => a.dice! - b.dice!);
  const y = {
    field: "dice",
    type: "quantitative",
    title: "volume Dice",
    scale: { domain: [0, 1] },
    axis: { format: ".1f", tickCount: 6 },
  };
  const names = {
    title: null,
    labels: bars.length <= mostNames,
    ticks: false,
    labelAngle: -90,
    labelFontSize: Math.min(11, step - 1),
    labelLimit: 220,
  };
  return vegaSvg({
    width: Math.max(narrowest, step * bars.length),
    height: 240,
    layer: [
      {
        data: { values: bars },
        mark: { type: "bar", color: colors.bar },
        encoding: {
          x: { field: "id", type: "nominal", sort: bars.map(({ id }) => id), axis: names },
          y,
        },
      },
      ...lines.flatMap((line, rank) => [
        {
          data: { values: [line] },
          mark: { type: "rule", color: line.color, strokeDash: [5, 3], strokeWidth: 1.5 },
          encoding: { y },
        },
        {
          data: { values: [line] },
          mark: {
            type: "text",
            align: "left",
            baseline: "middle",
            dx: 8,
            color: line.color,
            fontWeight: "bold",
            fontSize: 12,
            text: `${line.name} ${line.dice!.toFixed(3)}`,
            // The lower line's name a little down, the upper one's a little up, so that they never meet.
            dy: rank === 0 ? 8 : -8,
          },
          encoding: { y, x: { value: "width" } },
        },
      ]),
    ],
  });
}
