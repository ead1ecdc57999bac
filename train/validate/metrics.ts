/**
 * The metrics by the names that tables, files and gates call them.
 *
 * @module
 */
import type { PatientFigures } from "./patient_figures.ts";

/** A metric of a patient's figures. */
export interface Metric {
  /** As people read it. */
  readonly title: string;
  /** What it is measured in: "length" is mm, or voxels where no spacing is known. */
  readonly unit: "" | "length" | "ml";
  /** Which way is better; of a difference, the nearer to 0. */
  readonly better: "higher" | "lower" | "nearer to 0";
  /** Null where it is not defined for the patient, or was not measured. */
  readonly of: (figures: PatientFigures) => number | null;
}

/** All of them, the most asked for first. */
export const metrics = {
  dice: metric("Dice", "", "higher", ({ volumeDice }) => volumeDice),
  iou: metric("IoU", "", "higher", ({ iou }) => iou),
  sensitivity: metric("sensitivity", "", "higher", ({ sensitivity }) => sensitivity),
  precision: metric("precision", "", "higher", ({ precision }) => precision),
  specificity: metric("specificity", "", "higher", ({ specificity }) => specificity),
  hd95: metric("HD95", "length", "lower", ({ hd95 }) => hd95),
  hausdorff: metric("Hausdorff", "length", "lower", ({ hausdorff }) => hausdorff),
  assd: metric("ASSD", "length", "lower", ({ assd }) => assd),
  nsd: metric("NSD", "", "higher", ({ nsd }) => nsd),
  difference: metric("difference", "ml", "nearer to 0", ({ differenceMl }) => differenceMl),
  relative: metric(
    "relative difference",
    "",
    "nearer to 0",
    ({ relativeDifference }) => relativeDifference,
  ),
  ece: metric("ECE", "", "lower", ({ ece }) => ece),
} satisfies Record<string, Metric>;

/** A metric's name. */
export type MetricName = keyof typeof metrics;

/** The names, in their order. */
export const metricNames = Object.keys(metrics) as MetricName[];

function metric(
  title: string,
  unit: Metric["unit"],
  better: Metric["better"],
  of: Metric["of"],
): Metric {
  return { title, unit, better, of };
}

/** Millimetres where the spacing is known, voxels where not. */
export type LengthUnit = "mm" | "voxels";

/** What surface Dice counts, in a sentence. */
export function nsdNote(tolerance: number, length: LengthUnit): string {
  const unit = tolerance === 1 ? length.replace(/s$/, "") : length;
  return `NSD: the part of both surfaces that is within ${tolerance} ${unit} of the other.`;
}

/** A metric with its unit, as it stands over a column: `HD95 (mm)`. */
export function metricTitle(name: MetricName, length: LengthUnit): string {
  const { title, unit } = metrics[name];
  const shown = unit === "length" ? length : unit;
  return shown ? `${title} (${shown})` : title;
}
