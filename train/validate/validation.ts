/**
 * What a validation found: every patient, and what they come to.
 *
 * @module
 */
import { type CalibrationSummary, summarizeCalibration } from "./calibration_summary.ts";
import type { CohortResult, MeasuredPatient } from "./cohort.ts";
import {
  byInstitution,
  byTumorSize,
  type MetricSummaries,
  type PatientGroup,
  summarizeMetrics,
  type TumorSizeGroup,
} from "./groups.ts";
import type { LengthUnit } from "./metrics.ts";
import type { Variant } from "./variant.ts";
import type { PatientFigures } from "./patient_figures.ts";

/** One of a model's variants over all patients. */
export interface VariantSummary {
  readonly variant: Variant;
  readonly metrics: MetricSummaries;
  /** In the order of the validation's patients. */
  readonly patients: readonly PatientFigures[];
}

/** Everything that was measured. */
export interface Validation {
  /** What distances are in. */
  readonly unit: LengthUnit;
  readonly metrics: MetricSummaries;
  readonly institutions: readonly PatientGroup[];
  readonly tumorSizes: readonly TumorSizeGroup[];
  readonly calibration: CalibrationSummary | null;
  readonly variants: readonly VariantSummary[];
  readonly patients: readonly PatientFigures[];
  /** Patients that were not measured, and why. */
  readonly problems: readonly string[];
  /** Files that were left out, as they have no counterpart. */
  readonly unmatched: readonly string[];
}

/**
 * Sums a cohort up.
 *
 * @throws {TypeError} when distances are in mm for one patient and in voxels for another.
 */
export function summarizeValidation(
  { patients, logits, problems }: CohortResult,
  unmatched: readonly string[] = [],
): Validation {
  const figures = patients.map((patient) => patient.figures);
  return {
    unit: unitOf(figures),
    metrics: summarizeMetrics(figures),
    institutions: byInstitution(figures),
    tumorSizes: byTumorSize(figures),
    calibration: summarizeCalibration(patients, logits),
    variants: summarizeVariants(patients),
    patients: figures,
    problems,
    unmatched,
  };
}

function unitOf(figures: readonly PatientFigures[]): LengthUnit {
  const inVoxels = figures.find(({ spacing }) => spacing === null);
  const inMm = figures.find(({ spacing }) => spacing !== null);
  if (inVoxels && inMm) {
    throw new TypeError(
      `Cannot sum distances up as all patients must have a spacing or none: ${inMm.id} has one, ` +
        `${inVoxels.id} has none (--spacing gives it)`,
    );
  }
  return inMm ? "mm" : "voxels";
}

function summarizeVariants(patients: readonly MeasuredPatient[]): VariantSummary[] {
  return (patients[0]?.variants ?? []).map(({ variant }, place) => {
    const figures = patients.map(({ variants }) => variants[place].figures);
    return { variant, metrics: summarizeMetrics(figures), patients: figures };
  });
}
