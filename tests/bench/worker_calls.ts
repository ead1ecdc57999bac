/**
 * What workers of a page did, as the browser's trace tells it: with the processor's time beside the clock's, which other
 * programs lengthen.
 *
 * @module
 */

/** A call of a worker's script, in milliseconds. */
export interface WorkerCall {
  readonly clock: number;
  /** Of the worker's thread alone: what compiles its code beside it is not in it. */
  readonly processor: number;
}

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** When it began, in microseconds, as are these: */
  readonly ts: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args: { readonly name?: string };
}

/**
 * The calls of workers' scripts, in the order in which they began.
 *
 * @param trace Chromium's, with the category `devtools.timeline`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const where = { pid: 1, tid: 2 };
 * const traceEvents = [
 *   { ...where, name: "thread_name", ts: 0, args: { name: "DedicatedWorker thread" } },
 *   { ...where, name: "FunctionCall", ts: 5, dur: 9000, tdur: 3000, args: {} },
 * ];
 * const trace = new TextEncoder().encode(JSON.stringify({ traceEvents }));
 * assert.deepEqual(workerCalls(trace), [{ clock: 9, processor: 3 }]);
 * ```
 */
export function workerCalls(trace: Uint8Array): WorkerCall[] {
  const { traceEvents }: { readonly traceEvents: readonly TraceEvent[] } = JSON.parse(
    new TextDecoder().decode(trace),
  );
  const threadOf = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`;
  const workers = new Set(
    traceEvents.filter(({ name, args }) =>
      name === "thread_name" && args.name === "DedicatedWorker thread"
    ).map(threadOf),
  );
  const calls = traceEvents.filter((event) =>
    event.name === "FunctionCall" && workers.has(threadOf(event))
  );
  return calls.toSorted((a, b) => a.ts - b.ts)
    .map(({ dur = 0, tdur = 0 }) => ({ clock: dur / 1000, processor: tdur / 1000 }));
}
