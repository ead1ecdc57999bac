/**
 * All workers in a few words, for the note of a progress bar.
 *
 * @module
 */
import type { WorkerState } from "./coordinator.ts";

/** How many are named; the others are only counted. */
const named = 3;

/**
 * What workers are at, in a few words.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const workers = [
 *   { worker: "alpha-7", tasks: [{ id: "P1", done: 0.4 }] },
 *   { worker: "beta-9", tasks: [] },
 * ];
 * assert.equal(describeWorkers(workers), "2 workers: alpha-7 P1 40 %, beta-9 waits");
 * assert.equal(describeWorkers([]), "no worker yet: deno task worker --queue");
 * ```
 */
export function describeWorkers(workers: readonly WorkerState[]): string {
  if (!workers.length) return "no worker yet: deno task worker --queue";
  const words = workers.slice(0, named).map(({ worker, tasks }) => {
    const patients = tasks.map(({ id, done }) => `${id} ${Math.round(100 * done)} %`);
    return `${worker} ${patients.join(" ") || "waits"}`;
  });
  const rest = workers.length - named, all = words.join(", ");
  const count = `${workers.length} worker${workers.length === 1 ? "" : "s"}`;
  return `${count}: ${rest > 0 ? `${all} and ${rest} more` : all}`;
}
