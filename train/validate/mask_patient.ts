/**
 * Measures a patient's outline against a reference: the files in, numbers out.
 *
 * @module
 */
import { reliabilityBins } from "../../shared/calibration.ts";
import type { Spacing } from "../../shared/spacing.ts";
import { logitHistogram } from "../../shared/temperature_scaling.ts";
import { knownSpacing } from "./known_spacing.ts";
import type { MatchedOutlines } from "./match_outlines.ts";
import { measurePatient } from "./patient_figures.ts";
import type { OutlineFiles } from "./outline_files.ts";
import type { PatientResult } from "./patient_result.ts";
import { placePair } from "./place_pair.ts";
import { type Outline, type OutlineOptions, readOutline } from "./read_outline.ts";

/** A patient whose outline is to be measured. */
export interface MaskTask extends MatchedOutlines {
  readonly kind: "mask";
  /** In mm, where the files do not say. */
  readonly spacing: Spacing | null;
  readonly tolerance: number;
  /** Probabilities over this are tumor. */
  readonly threshold: number;
  readonly labels: "binary" | "any";
  /** What the outlines are drawn over; null where there are none. */
  readonly images: OutlineFiles | null;
}

/** Both outlines of a patient, and what is known of the voxels. */
export interface OutlinePair {
  readonly prediction: Outline;
  readonly reference: Outline;
  readonly spacing: Spacing | null;
}

/** Reads both outlines and measures. */
export async function validateMaskPatient(task: MaskTask): Promise<PatientResult> {
  const { id, tolerance } = task;
  const { prediction, reference: { mask: reference }, spacing } = await readOutlinePair(task);
  const { probability } = prediction;
  return {
    figures: measurePatient(
      { id, prediction: prediction.mask, reference, spacing, probability },
      { tolerance },
    ),
    bins: probability ? reliabilityBins(probability, reference) : null,
    logits: probability ? logitHistogram(probability, reference) : null,
    variants: [],
  };
}

/**
 * Reads both outlines and makes sure that their voxels lie in the same places.
 *
 * @throws {RangeError} when shape, spacing, position or orientation differ.
 * @throws {TypeError} when the reference holds probabilities, or a spacing is given for files that have one.
 */
export async function readOutlinePair(task: MaskTask): Promise<OutlinePair> {
  const options: OutlineOptions = { at: task.threshold, labels: task.labels };
  const [predicted, referenced] = await Promise.all([
    readOutline(task.prediction.files, options),
    readOutline(task.reference.files, options),
  ]);
  if (referenced.probability) {
    throw new TypeError(
      `Cannot measure against ${task.reference.files[0].path} as a reference must be a mask: ` +
        "it holds fractions",
    );
  }
  const { prediction, reference } = placePair({ prediction: predicted, reference: referenced });
  const own = (reference.geometry ?? prediction.geometry)?.spacing;
  return { prediction, reference, spacing: knownSpacing(own, task.spacing) };
}
