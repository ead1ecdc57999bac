/**
 * Dice against the size of the tumor: small ones are missed sooner, and a few voxels weigh more in them.
 *
 * @module
 */
import { vegaSvg } from "../../report/vega_svg.ts";
import { runColors } from "../../runs_page/panels.ts";
import type { Validation } from "../validation.ts";

/** A point for each patient, colored by institution; sizes in ml where they are known. SVG. */
export function drawSizes({ patients, unit, institutions }: Validation): Promise<string> {
  const points = patients.flatMap(({ volumeDice, tumorPixels, referenceMl, institution }) => {
    const size = referenceMl ?? tumorPixels;
    return volumeDice === null || size === 0 ? [] : [{ dice: volumeDice, size, institution }];
  });
  const names = institutions.map(({ name }) => name);
  const color = names.length > 1
    ? {
      field: "institution",
      type: "nominal",
      title: "institution",
      scale: { domain: names, range: runColors },
    }
    : { value: runColors[0] };
  return vegaSvg({
    width: 640,
    height: 300,
    data: { values: points },
    mark: { type: "point", filled: true, size: 60, opacity: 0.85 },
    encoding: {
      x: {
        field: "size",
        type: "quantitative",
        title: unit === "mm" ? "tumor in the reference (ml)" : "tumor in the reference (voxels)",
        scale: { type: "log", nice: false, padding: 12 },
        axis: { tickCount: 6, format: "~r" },
      },
      y: {
        field: "dice",
        type: "quantitative",
        title: "volume Dice",
        scale: { domain: [0, 1] },
        axis: { format: ".1f", tickCount: 6 },
      },
      color,
    },
  });
}
