/**
 * A worker's end of the protocol.
 *
 * @module
 */

import type { Engine, EngineOptions } from "./engine.ts";
import type { WorkerMessage, WorkerRequest } from "./worker_protocol.ts";
import { createSession } from "./worker_session.ts";

/** What Deno's and a browser's worker scope have in common; neither's types are there in the other. */
interface WorkerScope {
  onmessage: (event: MessageEvent<WorkerRequest>) => void;
  postMessage(message: WorkerMessage, transfer: Transferable[]): void;
}

/**
 * Answers the messages of the pool that started this worker.
 *
 * @example
 * ```ts
 * // All that a worker's module has to do; worker.ts is this.
 * import { createEngine } from "./engine.ts";
 * listen(createEngine);
 * ```
 */
export function listen(createEngine: (options: EngineOptions) => Promise<Engine>): void {
  const scope = globalThis as unknown as WorkerScope;
  const receive = createSession(
    createEngine,
    (message, transfer) => scope.postMessage(message, transfer),
  );
  scope.onmessage = ({ data }) => void receive(data);
}
