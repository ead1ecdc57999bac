/**
 * What is left of a patient when it is measured: numbers alone, so that any number of patients takes little memory, and
 * they can travel. Distances may be infinite, which `JSON.stringify` makes null of: `toJson` of validation_json.ts does not.
 *
 * @module
 */
import type { ReliabilityBin } from "../../shared/calibration.ts";
import type { LogitHistogram } from "../../shared/temperature_scaling.ts";
import type { Variant } from "./variant.ts";
import type { PatientFigures } from "./patient_figures.ts";

/** A patient, measured with one of a model's variants. */
export interface VariantFigures {
  readonly variant: Variant;
  readonly figures: PatientFigures;
}

/** A patient's numbers. */
export interface PatientResult {
  readonly figures: PatientFigures;
  /** How sure the model was of the voxels, and how often it was right; null without probabilities. */
  readonly bins: readonly ReliabilityBin[] | null;
  /** The same by logit, for a temperature to be fitted; null without probabilities. */
  readonly logits: LogitHistogram | null;
  /** None unless they were asked for. */
  readonly variants: readonly VariantFigures[];
}
