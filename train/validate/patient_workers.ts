/**
 * Workers that each measure or draw one patient at a time, so that no more patients are in memory than there are workers,
 * however many wait.
 *
 * @module
 */
import { availableParallelism, totalmem } from "node:os";
import type { Progress } from "../terminal/progress.ts";
import type { PatientPictures } from "./patient_pictures.ts";
import type { PatientResult } from "./patient_result.ts";
import type { PatientTask } from "./validate_patient.ts";

/** What a worker is asked for. */
export interface PatientJob {
  readonly kind: "measure" | "draw";
  readonly task: PatientTask;
}

/** What it says. */
export type PatientAnswer =
  | { readonly kind: "measured"; readonly result: PatientResult }
  | { readonly kind: "drawn"; readonly pictures: PatientPictures }
  | { readonly kind: "failed"; readonly message: string };

/** Does one job at a time. */
export interface PatientWorker {
  do(job: PatientJob): Promise<PatientAnswer>;
  close(): void;
}

/** More than that gain little. */
const mostWorkers = 16;
/** What a worker takes at most with a large volume and a model. */
const bytesOfWorker = 2 ** 30;

/** How many workers there are unless someone says: one a core, as far as memory goes. */
export function defaultWorkers(cores = availableParallelism(), bytes = totalmem()): number {
  return Math.max(1, Math.min(cores, mostWorkers, Math.floor(bytes / bytesOfWorker)));
}

/** Starts a worker. One that crashes fails its job; the next job gets a new one. */
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
    do(job) {
      const { promise, resolve } = Promise.withResolvers<PatientAnswer>();
      settle = resolve;
      worker ??= start();
      worker.postMessage(job);
      return promise;
    },
    close: () => worker?.terminate(),
  };
}

/** Settings of {@linkcode doJobs}. */
export interface JobOptions {
  /** How many jobs are done at once, at least 1. */
  readonly workers: number;
  /** What does them; a worker thread each. @default {startWorker} */
  readonly startWorker?: () => PatientWorker;
  /** Shows who is at work beside a progress bar, given how many jobs are done. */
  readonly watch?: (progress: Progress, done: () => number) => void;
}

/**
 * Does jobs, each once, and hands on each answer as it comes.
 *
 * @param onAnswer Given the job's place in the list.
 */
export async function doJobs(
  jobs: readonly PatientJob[],
  onAnswer: (answer: PatientAnswer, place: number) => void,
  { workers, startWorker: start = startWorker }: JobOptions,
): Promise<void> {
  const waiting = jobs.entries();

  async function work(): Promise<void> {
    const worker = start();
    try {
      for (const [place, job] of waiting) onAnswer(await worker.do(job), place);
    } finally {
      worker.close();
    }
  }

  await Promise.all(Array.from({ length: Math.min(workers, jobs.length) }, work));
}
