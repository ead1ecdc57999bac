/**
 * Patients by where they were scanned and by how large their tumor is: a mean over all can hide that one of these fails.
 *
 * @module
 */
import type { FigureSummary } from "./figure_summary.ts";
import { summarizeFigure } from "./figure_summary.ts";
import { type MetricName, metricNames, metrics } from "./metrics.ts";
import type { PatientFigures } from "./patient_figures.ts";

/** Every metric over some patients. */
export type MetricSummaries = Readonly<Record<MetricName, FigureSummary>>;

/** Patients that have something in common. */
export interface PatientGroup {
  readonly name: string;
  /** Their ids. */
  readonly patients: readonly string[];
  readonly metrics: MetricSummaries;
}

/** Patients whose tumors are of a size, from the least to the most, both among them. */
export interface TumorSizeGroup extends PatientGroup {
  /** Tumor voxels in the reference. */
  readonly fromVoxels: number;
  readonly toVoxels: number;
}

/** Every metric, summed up over patients. */
export function summarizeMetrics(patients: readonly PatientFigures[]): MetricSummaries {
  const entries = metricNames.map((name) => [
    name,
    summarizeFigure(patients.map(metrics[name].of)),
  ]);
  return Object.fromEntries(entries);
}

/**
 * Patients by institution, as `institutionOf` of `folds.ts` tells it from their names; by name.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { measurePatient } from "./patient_figures.ts";
 * const mask = { data: new Uint8Array([1]), shape: [1, 1, 1] };
 * const patient = (id: string) =>
 *   measurePatient({ id, prediction: mask, reference: mask, spacing: null });
 * const groups = byInstitution(["TCGA_DU_1", "TCGA_CS_2", "TCGA_DU_3"].map(patient));
 * assert.deepEqual(groups.map(({ name, patients }) => [name, patients.length]), [["CS", 1], ["DU", 2]]);
 * ```
 */
export function byInstitution(patients: readonly PatientFigures[]): PatientGroup[] {
  const groups = Map.groupBy(patients, ({ institution }) => institution);
  return [...groups].sort(([a], [b]) => a < b ? -1 : 1).map(([name, group]) =>
    groupOf(name, group)
  );
}

/**
 * Patients in thirds by the size of their tumor in the reference, the smallest first; fewer groups with fewer than
 * three patients. Patients without any tumor are left out.
 */
export function byTumorSize(patients: readonly PatientFigures[]): TumorSizeGroup[] {
  const sorted = patients.filter(({ tumorPixels }) => tumorPixels > 0)
    .sort((a, b) => a.tumorPixels - b.tumorPixels);
  const ends = [0, 1, 2, 3].map((third) => Math.round(third / 3 * sorted.length));
  return ["small", "medium", "large"].flatMap((name, third) => {
    const group = sorted.slice(ends[third], ends[third + 1]);
    if (!group.length) return [];
    const fromVoxels = group[0].tumorPixels, toVoxels = group.at(-1)!.tumorPixels;
    return [{ ...groupOf(name, group), fromVoxels, toVoxels }];
  });
}

function groupOf(name: string, patients: readonly PatientFigures[]): PatientGroup {
  return { name, patients: patients.map(({ id }) => id), metrics: summarizeMetrics(patients) };
}
