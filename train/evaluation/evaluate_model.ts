/**
 * Runs a model on patients with reference masks and measures it.
 *
 * @module
 */
import type { Mask } from "../../shared/volume.ts";
import type { Patient } from "../data/dataset.ts";
import { evaluatePatient, type PatientEvaluation } from "./evaluation.ts";
import type { Model } from "../export/model_folder.ts";
import { startProgress } from "../terminal/progress.ts";
import { openSegmenter } from "./segmentation.ts";

/** A patient as far as a model is concerned. */
export type ReferencePatient = Pick<Patient, "id" | "volume" | "mask">;

/** A patient, the model's mask of it, and how good that is. */
export interface EvaluatedPatient {
  readonly patient: ReferencePatient;
  /** Shape [slices, height, width]. */
  readonly prediction: Mask;
  readonly evaluation: PatientEvaluation;
}

/** Segments every patient on all cores, a progress bar on the terminal, and compares with the references. */
export async function evaluateModel(
  model: Model,
  patients: readonly ReferencePatient[],
): Promise<EvaluatedPatient[]> {
  const segmenter = await openSegmenter(model);
  const slices = patients.reduce((sum, { volume }) => sum + volume.slices, 0);
  const progress = startProgress("Evaluating", slices, { unit: "slices" });
  const evaluated: EvaluatedPatient[] = [];
  try {
    for (const patient of patients) {
      const prediction = await segmenter.segmentVolume(patient.volume, () => progress.advance());
      const evaluation = evaluatePatient(patient.id, prediction, patient.mask);
      evaluated.push({ patient, prediction, evaluation });
    }
    return evaluated;
  } finally {
    progress.stop();
    segmenter.close();
  }
}
