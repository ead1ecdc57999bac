/**
 * A worker for platforms without workers: the same session on the same thread.
 *
 * @module
 */

import type { Engine, EngineOptions } from "./engine.ts";
import type { WorkerMessage, WorkerRequest } from "./worker_protocol.ts";
import { createSession } from "./worker_session.ts";

/** The parts of a `Worker` that a pool uses. */
export type PoolWorker = Pick<
  Worker,
  "onmessage" | "onerror" | "onmessageerror" | "postMessage" | "terminate"
>;

/**
 * A worker that is none: it does what it is told on the thread of its caller, which is busy until the network
 * has run. Use a pool of size 1 with it. Ending it drops its answer, as nothing can interrupt the work.
 *
 * @param createEngine Loads a model; {@linkcode createEngine} in `engine.ts`, or one like it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const worker = createInlineWorker(() => Promise.reject(new Error("no engine")));
 * const { promise, resolve } = Promise.withResolvers();
 * worker.onmessage = ({ data }) => resolve(data.error.message);
 * worker.postMessage({ kind: "load", settings: {} });
 * assert.equal(await promise, "no engine");
 * ```
 */
export function createInlineWorker(
  createEngine: (options: EngineOptions) => Promise<Engine>,
): PoolWorker {
  let ended = false;
  const engines: Engine[] = [];
  const receive = createSession(async (options) => {
    const engine = await createEngine(options);
    engines.push(engine);
    return engine;
  }, answer);

  function answer(data: WorkerMessage): void {
    if (!ended) worker.onmessage?.call(worker as Worker, new MessageEvent("message", { data }));
  }

  const worker: PoolWorker = {
    onmessage: null,
    onerror: null,
    onmessageerror: null,
    postMessage: (request: WorkerRequest) => void receive(request),
    terminate() {
      ended = true;
      // A run that goes on fails or finishes unheard.
      for (const engine of engines) engine.release().catch(() => {});
    },
  };
  return worker;
}
