/**
 * All patients of a validation, a few at a time.
 *
 * @module
 */
import { addLogitHistograms, type LogitHistogram } from "../../shared/temperature_scaling.ts";
import type { PatientResult } from "./patient_result.ts";
import { type PatientWorker, startWorker } from "./patient_workers.ts";
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
export interface CohortOptions {
  /** How many patients are measured at once, at least 1. */
  readonly workers: number;
  /** Called after each patient. */
  readonly onPatient?: () => void;
  /** What measures patients; a worker thread each. */
  readonly startWorker?: () => PatientWorker;
}

/** Measures every patient, each once. A patient that cannot be measured is a problem of its own; the others go on. */
export async function validateCohort(
  tasks: readonly PatientTask[],
  { workers, onPatient, startWorker: start = startWorker }: CohortOptions,
): Promise<CohortResult> {
  const patients: (MeasuredPatient | undefined)[] = tasks.map(() => undefined);
  const problems: (string | undefined)[] = tasks.map(() => undefined);
  const waiting = tasks.entries();
  let sum: LogitHistogram | null = null;

  async function work(): Promise<void> {
    const worker = start();
    try {
      for (const [place, task] of waiting) {
        const answer = await worker.measure(task);
        if (answer.kind === "failed") {
          problems[place] = `${task.id}: ${answer.message}`;
        } else {
          const { logits, ...patient } = answer.result;
          patients[place] = patient;
          if (logits) sum = sum ? addLogitHistograms(sum, logits) : logits;
        }
        onPatient?.();
      }
    } finally {
      worker.close();
    }
  }

  await Promise.all(Array.from({ length: Math.min(workers, tasks.length) }, work));
  return {
    patients: patients.filter((patient) => patient !== undefined),
    logits: sum,
    problems: problems.filter((problem) => problem !== undefined),
  };
}
