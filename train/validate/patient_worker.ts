/** Measures patients in a worker: a task in, its result or its error out, one after the other. */
import { type PatientTask, validatePatient } from "./validate_patient.ts";
import type { PatientAnswer } from "./patient_workers.ts";

const scope = self as unknown as {
  onmessage: (event: MessageEvent<PatientTask>) => void;
  postMessage(answer: PatientAnswer): void;
};

scope.onmessage = async ({ data: task }) => {
  try {
    scope.postMessage({ kind: "measured", result: await validatePatient(task) });
  } catch (error) {
    scope.postMessage({ kind: "failed", message: (error as Error).message });
  }
};
