/**
 * The inference worker: the code on the other side of a worker pool. Runs in a Deno worker and, bundled,
 * in a browser's; holds one engine a model and does one thing at a time.
 *
 * @module
 */

import { createEngine } from "./engine.ts";
import type { WorkerAnswer, WorkerRequest } from "./worker_protocol.ts";
import { createSession } from "./worker_session.ts";

/** What Deno's and a browser's worker scope have in common; neither's types are there in the other. */
interface WorkerScope {
  onmessage: (event: MessageEvent<WorkerRequest>) => void;
  postMessage(answer: WorkerAnswer, transfer: Transferable[]): void;
}

const scope = globalThis as unknown as WorkerScope;
const receive = createSession(
  createEngine,
  (answer, transfer) => scope.postMessage(answer, transfer),
);

scope.onmessage = ({ data }) => void receive(data);
