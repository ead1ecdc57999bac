/**
 * All patients of a validation, a few at a time.
 *
 * @module
 */
import { addLogitHistograms, type LogitHistogram } from "../../shared/temperature_scaling.ts";
import type { PatientResult } from "./patient_result.ts";
import { doJobs, type JobOptions, type PatientAnswer } from "./patient_workers.ts";
import type { PatientTask } from "./validate_patient.ts";

/** A patient's numbers without the histogram, which takes a hundred kilobytes and is kept as a sum alone. */
export type MeasuredPatient = Omit<PatientResult, "logits">;

/** What became of the patients. */
export interface CohortResult {
  /** Those that were measured, in the order of their tasks. */
  readonly patients: readonly MeasuredPatient[];
  /** Of all of them together; null without probabilities. */
  readonly logits: LogitHistogram | null;
  /** Why the others were not, each naming its patient. */
  readonly problems: readonly string[];
}

/** Settings of {@linkcode validateCohort}. */
export interface CohortOptions extends JobOptions {
  /** Called after each patient. */
  readonly onPatient?: () => void;
}

/** Measures every patient, each once. A patient that cannot be measured is a problem of its own; the others go on. */
export async function validateCohort(
  tasks: readonly PatientTask[],
  { onPatient, ...options }: CohortOptions,
): Promise<CohortResult> {
  const patients: (MeasuredPatient | undefined)[] = tasks.map(() => undefined);
  const problems: (string | undefined)[] = tasks.map(() => undefined);
  let sum: LogitHistogram | null = null;

  function keep(answer: PatientAnswer, place: number): void {
    if (answer.kind === "measured") {
      const { logits, ...patient } = answer.result;
      patients[place] = patient;
      if (logits) sum = sum ? addLogitHistograms(sum, logits) : logits;
    } else if (answer.kind === "failed") {
      problems[place] = `${tasks[place].id}: ${answer.message}`;
    }
    onPatient?.();
  }

  await doJobs(tasks.map((task) => ({ kind: "measure", task })), keep, options);
  return {
    patients: patients.filter((patient) => patient !== undefined),
    logits: sum,
    problems: problems.filter((problem) => problem !== undefined),
  };
}
