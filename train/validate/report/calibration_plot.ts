/**
 * The reliability curve: what a model says, and how often it is so.
 *
 * @module
 */
import type { ReliabilityPoint } from "../../../shared/calibration.ts";
import { vegaSvg } from "../../report/vega_svg.ts";
import type { CalibrationSummary } from "../calibration_summary.ts";

const colors = { before: "#c8501e", after: "#3a6ea5" };

/** Both curves over the diagonal on which a calibrated model's lies. SVG. */
export function drawCalibration(calibration: CalibrationSummary): Promise<string> {
  const curves = [
    { name: "as it is", color: colors.before, points: calibration.curve },
    {
      name: `at temperature ${calibration.temperature.toFixed(2)}`,
      color: colors.after,
      points: calibration.curveAfter,
    },
  ];
  const values = curves.flatMap(({ name, points }) =>
    points.map((point: ReliabilityPoint) => ({ name, ...point }))
  );
  const axis = (field: string, title: string) => ({
    field,
    type: "quantitative",
    title,
    scale: { domain: [0, 1] },
    axis: { format: ".1f", tickCount: 6 },
  });
  const x = axis("meanProbability", "what the model says: mean probability of tumor");
  const y = axis("tumorFraction", "what is so: part that is tumor");
  return vegaSvg({
    width: 340,
    height: 340,
    layer: [
      {
        data: {
          values: [{ meanProbability: 0, tumorFraction: 0 }, {
            meanProbability: 1,
            tumorFraction: 1,
          }],
        },
        mark: { type: "line", color: "#aaa", strokeDash: [4, 4] },
        encoding: { x, y },
      },
      {
        data: { values },
        mark: { type: "line", strokeWidth: 2, point: { size: 40 } },
        encoding: {
          x,
          y,
          color: {
            field: "name",
            type: "nominal",
            title: null,
            scale: {
              domain: curves.map(({ name }) => name),
              range: curves.map(({ color }) => color),
            },
          },
        },
      },
    ],
  });
}
