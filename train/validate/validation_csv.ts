/**
 * A validation's patients as a table for other programs.
 *
 * @module
 */
import { metricNames, metrics } from "./metrics.ts";
import type { Validation } from "./validation.ts";

/**
 * CSV (RFC 4180) with a row for each patient. A figure that is not defined is empty, an infinite one is `inf`; the column
 * `unit` says what distances are in.
 */
export function toCsv({ patients, unit }: Validation): string {
  const header = [
    "patient",
    "institution",
    "slices",
    "tumor_voxels",
    "predicted_voxels",
    "reference_ml",
    "unit",
    ...metricNames,
  ];
  const rows = patients.map((figures) => [
    figures.id,
    figures.institution,
    figures.slices,
    figures.tumorPixels,
    figures.predictedPixels,
    figures.referenceMl,
    unit,
    ...metricNames.map((name) => metrics[name].of(figures)),
  ]);
  return [header, ...rows].map((row) => row.map(cell).join(",") + "\r\n").join("");
}

function cell(value: string | number | null): string {
  if (value === null) return "";
  const text = String(value).replace("Infinity", "inf");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
