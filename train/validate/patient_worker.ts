/** Measures and draws patients in a worker: a job in, its answer or its error out, one after the other. */
import { drawTask } from "./draw_task.ts";
import type { PatientAnswer, PatientJob } from "./patient_workers.ts";
import { validatePatient } from "./validate_patient.ts";

const scope = self as unknown as {
  onmessage: (event: MessageEvent<PatientJob>) => void;
  postMessage(answer: PatientAnswer): void;
};

scope.onmessage = async ({ data: { kind, task } }) => {
  try {
    scope.postMessage(
      kind === "measure"
        ? { kind: "measured", result: await validatePatient(task) }
        : { kind: "drawn", pictures: await drawTask(task) },
    );
  } catch (error) {
    scope.postMessage({ kind: "failed", message: (error as Error).message });
  }
};
