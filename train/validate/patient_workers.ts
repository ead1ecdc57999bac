/**
 * Workers that each measure one patient at a time, so that no more patients are in memory than there are workers,
 * however many wait.
 *
 * @module
 */
import { availableParallelism } from "node:os";
import type { PatientResult } from "./patient_result.ts";
import type { PatientTask } from "./validate_patient.ts";

/** What a worker says of a task. */
export type PatientAnswer =
  | { readonly kind: "measured"; readonly result: PatientResult }
  | { readonly kind: "failed"; readonly message: string };

/** Does one task at a time. */
export interface PatientWorker {
  measure(task: PatientTask): Promise<PatientAnswer>;
  close(): void;
}

/** How many workers there are unless someone says: one a core, and no more than memory allows on large machines. */
export function defaultWorkers(): number {
  return Math.min(availableParallelism(), 16);
}

/** Starts a worker. One that crashes fails its task; the next task gets a new one. */
export function startWorker(): PatientWorker {
  let worker: Worker | undefined;
  let settle: ((answer: PatientAnswer) => void) | undefined;

  function start(): Worker {
    const started = new Worker(new URL("./patient_worker.ts", import.meta.url), { type: "module" });
    started.onmessage = ({ data }: MessageEvent<PatientAnswer>) => settle?.(data);
    started.onerror = (event) => {
      // Deno would otherwise end the whole process along with the worker.
      event.preventDefault();
      started.terminate();
      worker = undefined;
      settle?.({ kind: "failed", message: `the worker crashed: ${event.message}` });
    };
    return started;
  }

  return {
    measure(task) {
      const { promise, resolve } = Promise.withResolvers<PatientAnswer>();
      settle = resolve;
      worker ??= start();
      worker.postMessage(task);
      return promise;
    },
    close: () => worker?.terminate(),
  };
}
