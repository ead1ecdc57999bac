/**
 * Everything that is measured of one patient's outline. The figures that training reports too are measured by the same
 * function.
 *
 * @module
 */
import { assdFromDistances } from "../../shared/average_surface_distance.ts";
import { expectedCalibrationError, reliabilityBins } from "../../shared/calibration.ts";
import { confusionCounts } from "../../shared/confusion.ts";
import { hausdorffFromDistances } from "../../shared/hausdorff.ts";
import { assertSameShape } from "../../shared/shape.ts";
import type { Spacing } from "../../shared/spacing.ts";
import { specificityFromCounts } from "../../shared/specificity.ts";
import { nsdFromDistances } from "../../shared/surface_dice.ts";
import { surfaceDistances } from "../../shared/surface_distance.ts";
import type { Mask, ProbabilityMap } from "../../shared/volume.ts";
import { volumeDifferenceFromCounts } from "../../shared/volume_difference.ts";
import { institutionOf } from "../data/folds.ts";
import { evaluatePatient, type PatientEvaluation } from "../evaluation/evaluation.ts";
import { nullForNaN } from "../storage/null_for_nan.ts";

/** A patient's outline, the one it is held against, and what is known of the voxels. */
export interface OutlinedPatient {
  readonly id: string;
  /** Shape [slices, height, width]; a lone slice is one of them. */
  readonly prediction: Mask;
  /** Of the same shape. */
  readonly reference: Mask;
  /** [slices, rows, columns] in mm; null where the files do not say: distances are in voxels then. */
  readonly spacing: Spacing | null;
  /** Of the same shape, where the model's probabilities are at hand. */
  readonly probability?: ProbabilityMap;
}

/** One patient's figures. A figure that is not defined, as Dice where there is no tumor at all, is null. */
export interface PatientFigures extends PatientEvaluation {
  readonly institution: string;
  /** As in {@linkcode OutlinedPatient}: with null, all distances are in voxels. */
  readonly spacing: Spacing | null;
  readonly specificity: number | null;
  /** Infinite where only one of the masks has tumor, as the other two distances are. */
  readonly hausdorff: number | null;
  readonly hd95: number | null;
  readonly assd: number | null;
  readonly nsd: number | null;
  /** Of the one before, as in {@linkcode MeasureOptions}. */
  readonly tolerance: number;
  /** Tumor in the reference; null without a spacing. */
  readonly referenceMl: number | null;
  /** Prediction minus reference; null without a spacing. */
  readonly differenceMl: number | null;
  /** The difference as a part of the reference; infinite where the reference is empty. */
  readonly relativeDifference: number | null;
  /** Expected calibration error over all voxels; null without probabilities. */
  readonly ece: number | null;
}

/** Settings of {@linkcode measurePatient}. */
export interface MeasureOptions {
  /** How far outlines may be apart and still count as the same in surface Dice (NSD), in mm or voxels. @default {1} */
  readonly tolerance?: number;
}

/**
 * Measures a patient.
 *
 * @throws {TypeError} when the shapes differ, or are not [slices, height, width].
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const prediction = { data: new Uint8Array([1, 0, 0, 1]), shape: [1, 1, 4] };
 * const reference = { data: new Uint8Array([1, 0, 0, 0]), shape: [1, 1, 4] };
 * const figures = measurePatient({ id: "a", prediction, reference, spacing: [5, 1, 0.5] });
 * assert.deepEqual([figures.volumeDice, figures.hausdorff, figures.differenceMl], [2 / 3, 1.5, 0.0025]);
 * ```
 */
export function measurePatient(
  { id, prediction, reference, spacing, probability }: OutlinedPatient,
  { tolerance = 1 }: MeasureOptions = {},
): PatientFigures {
  assertSameShape(`measure ${id}`, prediction, reference);
  const counts = confusionCounts(prediction, reference);
  const distances = distancesOf(prediction, reference, spacing ?? [1, 1, 1]);
  const volumes = volumeDifferenceFromCounts(counts, spacing ?? [1, 1, 1]);
  return {
    ...evaluatePatient(id, prediction, reference),
    institution: institutionOf(id),
    spacing,
    specificity: nullForNaN(specificityFromCounts(counts)),
    hausdorff: nullForNaN(hausdorffFromDistances(distances)),
    hd95: nullForNaN(hausdorffFromDistances(distances, 95)),
    assd: nullForNaN(assdFromDistances(distances)),
    nsd: nullForNaN(nsdFromDistances(distances, tolerance)),
    tolerance,
    referenceMl: spacing && volumes.referenceMl,
    differenceMl: spacing && volumes.differenceMl,
    relativeDifference: nullForNaN(volumes.relativeDifference),
    ece: probability
      ? nullForNaN(expectedCalibrationError(reliabilityBins(probability, reference)))
      : null,
  };
}

/** A lone slice is a picture, not a solid of which every voxel is surface. */
function distancesOf(prediction: Mask, reference: Mask, spacing: Spacing) {
  if (reference.shape[0] !== 1) return surfaceDistances(prediction, reference, spacing);
  const flat = ({ data, shape }: Mask) => ({ data, shape: shape.slice(1) });
  return surfaceDistances(flat(prediction), flat(reference), spacing.slice(1));
}
