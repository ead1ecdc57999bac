/**
 * Run with `--v8-flags=--expose-gc`: validates a few patients, then many, and prints how many bytes more are held after
 * garbage collection, for each patient more.
 */
import { findPatients } from "../../../train/data/dataset.ts";
import { validateCohort } from "../../../train/validate/cohort.ts";
import { maskTasks } from "../../../train/validate/cohort_tasks.ts";
import type { ModelTask } from "../../../train/validate/model_patient.ts";
import { type PatientTask, validatePatient } from "../../../train/validate/validate_patient.ts";

const { gc } = globalThis as unknown as { gc(): void };
const sample = "train/sample";

async function tasksOf(kind: string): Promise<readonly PatientTask[]> {
  const settings = { spacing: null, tolerance: 1 };
  if (kind === "mask") {
    const options = { ...settings, threshold: 0.5, labels: "binary" } as const;
    return (await maskTasks(sample, sample, options)).tasks;
  }
  return (await findPatients(sample)).map((files): ModelTask => ({
    kind: "model",
    id: files.id,
    model: "edge/models/preview",
    files: { ...files, slices: files.slices.slice(8, 11) },
    variants: false,
    ...settings,
  }));
}

/** What is held once so many patients were measured, their figures among it. */
async function heldAfter(tasks: readonly PatientTask[], count: number) {
  const cohort = await validateCohort(Array.from({ length: count }, (_, i) => tasks[i % 4]), {
    workers: 1,
    startWorker: () => ({
      do: async ({ task }) => ({ kind: "measured", result: await validatePatient(task) }),
      close() {},
    }),
  });
  // What was closed or read asynchronously goes with the second collection.
  for (let turn = 0; turn < 3; turn++) {
    gc();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const { heapUsed, external } = Deno.memoryUsage();
  return { bytes: heapUsed + external, patients: cohort.patients.length };
}

const tasks = await tasksOf(Deno.args[0]), few = 4, many = 24;
await heldAfter(tasks, few);
const before = await heldAfter(tasks, few), after = await heldAfter(tasks, many);
console.log(JSON.stringify({ perPatient: (after.bytes - before.bytes) / (many - few) }));
