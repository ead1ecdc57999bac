import type { PoolWorker } from "./inline_worker.ts";

/**
 * Ends a worker once it has finished what it does. Where `terminate()` interrupts nothing (see `overdue.ts`), nobody would
 * hear of it otherwise.
 *
 * @param worker It is working on something; nobody else listens to it from now on.
 * @returns Resolves when it has answered or failed, and is ended.
 *
 * @example
 * ```ts
 * const worker = new Worker("data:text/javascript,onmessage = () => postMessage(1)", { type: "module" });
 * worker.postMessage("work");
 * await endWhenDone(worker);
 * ```
 */
export function endWhenDone(worker: PoolWorker): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      worker.terminate();
      resolve();
    };
    worker.onmessage = worker.onmessageerror = end;
    worker.onerror = (event) => {
      // Deno would otherwise end the whole process along with the worker.
      event.preventDefault();
      end();
    };
  });
}
