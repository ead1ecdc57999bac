/**
 * An evaluation as people read it in a terminal.
 *
 * @module
 */
import type { Evaluation } from "./evaluation.ts";
import { formatTable } from "../terminal/table.ts";

/** A figure with three digits, or a dash where it is not defined. */
export function formatFigure(value: number | null): string {
  return value === null ? "-" : value.toFixed(3);
}

const header = [
  "patient",
  "Dice",
  "IoU",
  "sensitivity",
  "precision",
  "tumor pixels",
  "predicted",
  "slices",
];

/** A row for each patient, then mean and median. */
export function evaluationTable(evaluation: Evaluation): string {
  const rows = evaluation.patients.map((patient) => [
    patient.id,
    formatFigure(patient.volumeDice),
    formatFigure(patient.iou),
    formatFigure(patient.sensitivity),
    formatFigure(patient.precision),
    String(patient.tumorPixels),
    String(patient.predictedPixels),
    String(patient.slices),
  ]);
  const summary = (
    name: string,
    value: number | null,
  ) => [name, formatFigure(value), ...Array(header.length - 2).fill("")];
  return formatTable(header, [
    ...rows,
    summary("mean", evaluation.meanVolumeDice),
    summary("median", evaluation.medianVolumeDice),
  ]);
}
