/**
 * How well a model's probabilities fit what is true, before and after temperature scaling.
 *
 * @module
 */
import {
  addReliabilityBins,
  expectedCalibrationError,
  reliabilityCurve,
  type ReliabilityPoint,
} from "../../shared/calibration.ts";
import {
  fitTemperature,
  type LogitHistogram,
  reliabilityBinsAt,
} from "../../shared/temperature_scaling.ts";
import type { MeasuredPatient } from "./cohort.ts";

/** Calibration over all voxels of all patients. */
export interface CalibrationSummary {
  readonly voxels: number;
  readonly ece: number;
  readonly curve: readonly ReliabilityPoint[];
  /** The temperature that fits these patients best. */
  readonly temperature: number;
  /** After all logits were divided by the temperature. It was fitted to the same patients, so expect a little more elsewhere. */
  readonly eceAfter: number;
  readonly curveAfter: readonly ReliabilityPoint[];
}

/** Sums calibration up; null where no patient has probabilities. */
export function summarizeCalibration(
  patients: readonly MeasuredPatient[],
  logits: LogitHistogram | null,
): CalibrationSummary | null {
  const all = patients.map(({ bins }) => bins).filter((bins) => bins !== null);
  if (!all.length || !logits) return null;
  const bins = all.reduce(addReliabilityBins);
  const temperature = fitTemperature(logits);
  const after = reliabilityBinsAt(logits, temperature, bins.length);
  return {
    voxels: bins.reduce((sum, { voxels }) => sum + voxels, 0),
    ece: expectedCalibrationError(bins),
    curve: reliabilityCurve(bins),
    temperature,
    eceAfter: expectedCalibrationError(after),
    curveAfter: reliabilityCurve(after),
  };
}
