/**
 * A validation as people read it in a terminal.
 *
 * @module
 */
import { formatTable } from "../terminal/table.ts";
import type { FigureSummary } from "./figure_summary.ts";
import type { CheckedGate } from "./gate.ts";
import type { MetricSummaries, PatientGroup } from "./groups.ts";
import { type MetricName, metricNames, metrics, metricTitle, nsdNote } from "./metrics.ts";
import { changesOf, type Variant } from "./variant.ts";
import type { Validation } from "./validation.ts";

/** A figure with three digits, a dash where it is not defined, `inf` where it is infinite. */
export function formatFigure(value: number | null): string {
  if (value === null) return "-";
  return Number.isFinite(value) ? value.toFixed(3) : String(value).replace("Infinity", "inf");
}

/** A number of voxels as `6,029,312`. */
export function formatCount(count: number): string {
  return count.toLocaleString("en");
}

/** An interval as `0.701 to 0.834`. */
export function formatInterval(interval: FigureSummary["interval"]): string {
  return interval ? `${formatFigure(interval.low)} to ${formatFigure(interval.high)}` : "-";
}

/** What a variant is, in words. */
export function variantTitle(variant: Variant): string {
  const changes = [
    ...(variant.scaling === "slice" ? ["slices scaled on their own"] : []),
    ...changesOf(variant),
  ];
  return changes.join(", ") || "the threshold alone";
}

/** The metrics that fit into a terminal, patient by patient. */
const columns: readonly MetricName[] = [
  "dice",
  "iou",
  "sensitivity",
  "precision",
  "hd95",
  "assd",
  "nsd",
];

/** Those over groups. */
const groupColumns: readonly MetricName[] = ["dice", "sensitivity", "precision", "hd95"];

/** Tables, one under the other: patients, all metrics over them, groups, variants, calibration. */
export function validationTable(validation: Validation): string {
  const { institutions, tumorSizes, variants } = validation;
  return [
    patientTable(validation),
    summaryTable(validation),
    ...(institutions.length > 1
      ? [groupTable("institution", institutions.map(namedGroup), validation)]
      : []),
    ...(tumorSizes.length > 1
      ? [groupTable("tumor size", tumorSizes.map(namedGroup), validation)]
      : []),
    ...(variants.length
      ? [groupTable(
        "variant",
        variants.map(({ variant, metrics }) => ({ name: variantTitle(variant), metrics })),
        validation,
      )]
      : []),
    ...noteLines(validation),
  ].join("\n\n");
}

function patientTable({ patients, unit }: Validation): string {
  const header = ["patient", ...columns.map((name) => metricTitle(name, unit)), "tumor voxels"];
  return formatTable(
    header,
    patients.map((figures) => [
      figures.id,
      ...columns.map((name) => formatFigure(metrics[name].of(figures))),
      String(figures.tumorPixels),
    ]),
  );
}

function summaryTable({ metrics: summaries, unit }: Validation): string {
  const header = [
    "",
    "mean",
    "95 % interval",
    "sd",
    "min",
    "q1",
    "median",
    "q3",
    "max",
    "patients",
  ];
  return formatTable(
    header,
    metricNames.filter((name) => summaries[name].count).map((name) => {
      const summary = summaries[name];
      return [
        metricTitle(name, unit),
        formatFigure(summary.finiteMean),
        formatInterval(summary.interval),
        formatFigure(summary.standardDeviation),
        formatFigure(summary.minimum),
        formatFigure(summary.quartile1),
        formatFigure(summary.median),
        formatFigure(summary.quartile3),
        formatFigure(summary.maximum),
        summary.infinite
          ? `${summary.count}, ${summary.infinite} infinite and not in the mean`
          : String(summary.count),
      ];
    }),
  );
}

/** A line for each gate. */
export function gateLines(gates: readonly CheckedGate[]): string {
  return gates.map(({ text, value, passed }) =>
    `gate ${text}: ${formatFigure(value)}, ${passed ? "passed" : "NOT PASSED"}`
  ).join("\n");
}

interface NamedMetrics {
  readonly name: string;
  readonly metrics: MetricSummaries;
}

function namedGroup({ name, metrics, patients }: PatientGroup): NamedMetrics {
  return { name: `${name} (${patients.length})`, metrics };
}

function groupTable(title: string, groups: readonly NamedMetrics[], { unit }: Validation): string {
  const header = [
    title,
    "mean Dice",
    "95 % interval",
    ...groupColumns.map((name) => `median ${metricTitle(name, unit)}`),
  ];
  return formatTable(
    header,
    groups.map(({ name, metrics }) => [
      name,
      formatFigure(metrics.dice.mean),
      formatInterval(metrics.dice.interval),
      ...groupColumns.map((metric) => formatFigure(metrics[metric].median)),
    ]),
  );
}

/** What has to be known to read the tables, a line each. */
function noteLines({ patients, unit, calibration }: Validation): string[] {
  const notes = patients.length ? [nsdNote(patients[0].tolerance, unit)] : [];
  if (calibration) {
    const { ece, eceAfter, temperature, voxels } = calibration;
    notes.push(
      `ECE over ${formatCount(voxels)} voxels: ${ece.toFixed(5)}; ${
        eceAfter.toFixed(5)
      } at a temperature of ` +
        `${temperature.toFixed(3)}, which was fitted to these patients`,
    );
  }
  return notes.length ? [notes.join("\n")] : [];
}
