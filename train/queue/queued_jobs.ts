/**
 * The jobs of a validation, done by workers of a queue instead of threads of this process.
 *
 * @module
 */
import type { Progress } from "../terminal/progress.ts";
import type { JobOptions, PatientAnswer, PatientWorker } from "../validate/patient_workers.ts";
import { type Coordinator, openCoordinator, runName, type WorkerState } from "./coordinator.ts";
import { describeWorkers } from "./describe_workers.ts";

/** Where jobs go. */
export interface QueuedJobsOptions {
  readonly queue: string;
  /** What makes the run what it is: the same when it is started again. */
  readonly run: readonly unknown[];
  readonly shared?: boolean;
  readonly patience?: number;
}

/**
 * Does work whose jobs go through a queue, and sweeps up behind it. Jobs name files by absolute paths.
 *
 * @throws {Error} when there is no such server.
 */
export async function withQueuedJobs<T>(
  { queue, run, shared, patience }: QueuedJobsOptions,
  work: (jobs: JobOptions) => Promise<T>,
): Promise<T> {
  let watcher: ((workers: readonly WorkerState[]) => void) | undefined;
  const coordinator = await openCoordinator(queue, {
    run: runName("validate", ...run),
    shared,
    patience,
    onWorkers: (workers) => watcher?.(workers),
  });
  const jobs: JobOptions = {
    // All are handed in at once: to wait for a worker takes nothing.
    workers: Infinity,
    startWorker: () => queuedWorker(coordinator),
    watch(progress: Progress, done: () => number) {
      watcher = (workers) => progress.update(done(), describeWorkers(workers));
    },
  };
  try {
    return await work(jobs);
  } finally {
    // After an error too: images of patients must not stay behind.
    await coordinator.finish();
    await coordinator.close();
  }
}

function queuedWorker(coordinator: Coordinator): PatientWorker {
  return {
    async do(job) {
      try {
        const task = { kind: "validate", id: job.task.id, payload: job } as const;
        return (await coordinator.submit(task)).value as PatientAnswer;
      } catch (error) {
        return { kind: "failed", message: (error as Error).message };
      }
    },
    close() {},
  };
}
