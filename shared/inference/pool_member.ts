/**
 * A worker of a pool, and what it is at.
 *
 * @module
 */

import type { PoolWorker } from "./inline_worker.ts";
import type { RunRequest, SegmentRequest, WorkerAnswer } from "./worker_protocol.ts";
import type { LoadableModel } from "./workers_options.ts";

/** A request for one of a pool's models; the pool knows what the model is called in its workers. */
export type PoolRequest = Omit<SegmentRequest, "modelId"> | Omit<RunRequest, "modelId">;

/** A request, and whoever waits for its answer. */
export interface Task {
  readonly model: LoadableModel;
  readonly modelId: number;
  readonly request: PoolRequest;
  readonly buffer: ArrayBufferLike;
  readonly signal?: AbortSignal;
  readonly onStart?: () => void;
  readonly resolve: (answer: WorkerAnswer) => void;
  readonly reject: (reason: unknown) => void;
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
