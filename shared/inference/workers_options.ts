/**
 * What workers are made of, what is asked of them, and what they tell.
 *
 * @module
 */

import type { ModelCard } from "../model_card.ts";
import type { EngineChoice } from "./engine_choice.ts";
import type { RunRequest, SegmentRequest, WorkerAnswer } from "./worker_protocol.ts";

/** What workers are made of. */
export interface WorkersOptions {
  /**
   * Ways to run models, the best first. Each model goes to the best that suits it; where it cannot be loaded there, or
   * not within the load limit, to the next. So does a request that breaks an engine.
   */
  readonly engines: readonly EngineChoice[];
  /**
   * How many workers may work at once, at least 1. Each starts when those before it with the same engine are all
   * busy; an engine's workers stay when another engine's work.
   */
  readonly size: number;
  /** Requests that may wait beside those that are being worked on. @default Infinity */
  readonly maxWaiting?: number;
  /**
   * Milliseconds that a worker may take for one request before it is ended, and replaced for the next. What
   * it takes to start and to load the model does not count. @default Infinity
   */
  readonly timeLimit?: number;
  /** Milliseconds that a worker may take to start and load a model. @default 30,000 */
  readonly loadLimit?: number;
  /**
   * Whether a worker that is ended stops in the middle of what it does, as in browsers. In Deno it does not: then it
   * is left to finish first, and no worker starts while more than `size` such go on. @default false
   */
  readonly interrupts?: boolean;
}

/** What can be asked for with a request. */
export interface SubmitOptions {
  /**
   * Rejects the request with the signal's reason. One that waits is forgotten; one that is being worked on
   * keeps its worker busy until the end, as a run cannot be interrupted; but a run that is far slower than
   * others is ended with its worker after a second.
   */
  readonly signal?: AbortSignal;
  /** Part of something that was let in already, such as a volume's later slices: waits in any queue. */
  readonly admitted?: boolean;
  /** Called when a worker that has the model begins with it. */
  readonly onStart?: () => void;
}

/** A model as it is sent to workers; the same object is loaded once a worker. */
export interface LoadableModel {
  readonly model: Uint8Array;
  readonly card: ModelCard;
}

/** A request for one of a pool's models; the pool knows what the model is called in its workers. */
export type PoolRequest = Omit<SegmentRequest, "modelId"> | Omit<RunRequest, "modelId">;

/** Workers, and what waits for them. */
export interface Workers {
  /** Has a request worked on; see `worker_pool.ts` for the errors. */
  submit(
    model: LoadableModel,
    request: PoolRequest,
    buffer: ArrayBufferLike,
    options?: SubmitOptions,
  ): Promise<WorkerAnswer>;
  /** Refuses, as {@linkcode Workers.submit} would, when as many requests wait as may. */
  assertRoom(): void;
  /** Requests that wait for a worker. */
  readonly waiting: number;
  /** Requests that are being worked on. */
  readonly busy: number;
  readonly size: number;
  /** Workers that were ended, and still go on with what they did. */
  readonly overdue: number;
  /** Whether no worker can start, since as many ended ones as may go on seem to hang. */
  readonly stuck: boolean;
  /** The name of the engine that runs a model, or would. */
  engineOf(card: ModelCard): string;
  /** How often a worker was ended because it crashed, hung, ran out of memory or had no usable model. */
  readonly restarts: number;
  /** Ends every worker; what was asked for and not answered is rejected. */
  close(): void;
}
