/**
 * How good a model's masks are, patient by patient, and over all of them.
 *
 * @module
 */
import { confusionCounts } from "../../shared/confusion.ts";
import { diceFromCounts } from "../../shared/dice.ts";
import { iouFromCounts } from "../../shared/iou.ts";
import { precisionFromCounts } from "../../shared/precision.ts";
import { sensitivityFromCounts } from "../../shared/sensitivity.ts";
import type { Mask } from "../../shared/volume.ts";
import { mean, median } from "./average.ts";
import { nullForNaN } from "../storage/null_for_nan.ts";

/** One patient's figures. A figure that is not defined, as Dice where there is no tumor at all, is null. */
export interface PatientEvaluation {
  readonly id: string;
  readonly slices: number;
  /** Over the whole volume, not slice by slice. */
  readonly volumeDice: number | null;
  readonly iou: number | null;
  readonly sensitivity: number | null;
  readonly precision: number | null;
  /** Tumor in the reference. */
  readonly tumorPixels: number;
  /** Tumor in the prediction. */
  readonly predictedPixels: number;
}

/** All patients' figures. */
export interface Evaluation {
  readonly patients: readonly PatientEvaluation[];
  /** Patients whose Dice is defined; mean and median are over these. */
  readonly count: number;
  readonly meanVolumeDice: number | null;
  readonly medianVolumeDice: number | null;
}

/**
 * Compares a patient's prediction with the reference, both [slices, height, width].
 *
 * @throws {TypeError} when the shapes differ.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const prediction = { data: new Uint8Array([1, 1, 0, 0]), shape: [1, 2, 2] };
 * const reference = { data: new Uint8Array([1, 0, 0, 0]), shape: [1, 2, 2] };
 * const { volumeDice, sensitivity, precision } = evaluatePatient("a", prediction, reference);
 * assert.deepEqual([volumeDice, sensitivity, precision], [2 / 3, 1, 0.5]);
 * ```
 */
export function evaluatePatient(id: string, prediction: Mask, reference: Mask): PatientEvaluation {
  const counts = confusionCounts(prediction, reference);
  return {
    id,
    slices: reference.shape[0],
    volumeDice: nullForNaN(diceFromCounts(counts)),
    iou: nullForNaN(iouFromCounts(counts)),
    sensitivity: nullForNaN(sensitivityFromCounts(counts)),
    precision: nullForNaN(precisionFromCounts(counts)),
    tumorPixels: counts.truePositives + counts.falseNegatives,
    predictedPixels: counts.truePositives + counts.falsePositives,
  };
}

/**
 * Mean and median over patients, those left out whose Dice is not defined (as nnU-Net and MONAI do).
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const patient = (volumeDice: number | null) => ({
 *   id: "a", slices: 1, volumeDice, iou: 0, sensitivity: 0, precision: 0, tumorPixels: 0, predictedPixels: 0,
 * });
 * const all = summarize([0.5, 0.9, null, 0.7, 0.1].map(patient));
 * assert.equal(all.count, 4);
 * assert.equal(all.meanVolumeDice?.toFixed(6), "0.550000");
 * assert.equal(all.medianVolumeDice, 0.6);
 * ```
 */
export function summarize(patients: readonly PatientEvaluation[]): Evaluation {
  const dice = patients.map(({ volumeDice }) => volumeDice).filter((value) => value !== null);
  return {
    patients,
    count: dice.length,
    meanVolumeDice: mean(dice),
    medianVolumeDice: median(dice),
  };
}
