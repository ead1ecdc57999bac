/**
 * One patient's share of a validation: what a worker, here or on another machine, is given and gives back.
 *
 * @module
 */
import { type MaskTask, validateMaskPatient } from "./mask_patient.ts";
import { type ModelTask, validateModelPatient } from "./model_patient.ts";
import type { PatientResult } from "./patient_result.ts";

/** A patient to be measured: names of files and settings, which can travel as JSON. */
export type PatientTask = MaskTask | ModelTask;

/**
 * Measures a patient. The same task always gives the same result, whoever does it.
 *
 * @throws {Error} naming the file that is wrong, and in what.
 */
export function validatePatient(task: PatientTask): Promise<PatientResult> {
  return task.kind === "mask" ? validateMaskPatient(task) : validateModelPatient(task);
}
