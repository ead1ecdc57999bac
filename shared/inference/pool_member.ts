/**
 * A worker of a pool, and what it is at.
 *
 * @module
 */

import type { PoolWorker } from "./inline_worker.ts";
import type { WorkerAnswer } from "./worker_protocol.ts";
import type { LoadableModel, PoolRequest } from "./workers_options.ts";

/** A request, and whoever waits for its answer. */
export interface Task {
  readonly model: LoadableModel;
  readonly modelId: number;
  readonly request: PoolRequest;
  readonly buffer: ArrayBufferLike;
  readonly signal?: AbortSignal;
  onStart?: () => void;
  readonly resolve: (answer: WorkerAnswer) => void;
  readonly reject: (reason: unknown) => void;
  /** The best engine, by its place in the list, that has not broken on it. @default the best of all */
  from?: number;
}

/** A worker that has started. */
export interface Member {
  readonly worker: PoolWorker;
  /** Its engine's place in the pool's list. */
  readonly engine: number;
  /** The models that it has loaded. */
  readonly loaded: Set<number>;
  task?: Task;
  /** Whether the task's model is being loaded. */
  loading?: boolean;
  /** When it began with the task itself. */
  started?: number;
  /** Ends it when it takes too long. */
  timer?: ReturnType<typeof setTimeout>;
}
