/**
 * Workers that load models when they are first asked for them and do one thing at a time, and the queue
 * before them.
 *
 * @module
 */

import { endWhenDone } from "./end_when_done.ts";
import { createEngineOrder } from "./engine_choice.ts";
import type { PoolWorker } from "./inline_worker.ts";
import { createOverdue } from "./overdue.ts";
import { QueueFullError, TimeLimitError } from "./pool_error.ts";
import type { Member, Task } from "./pool_member.ts";
import type { LoadRequest, WorkerAnswer, WorkerMessage } from "./worker_protocol.ts";
import type {
  LoadableModel,
  PoolRequest,
  SubmitOptions,
  Workers,
  WorkersOptions,
} from "./workers_options.ts";

/** How long a worker may go on at least with what nobody waits for any more, in milliseconds. */
const abandonedLimit = 1000;

/**
 * Makes workers; none starts before the first request.
 *
 * @throws {RangeError} when `size` is not an integer of at least 1, or there is no engine.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readFile } from "node:fs/promises";
 * import { fileURLToPath } from "node:url";
 *
 * const wasm = import.meta.resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm");
 * const wasmBinary = await readFile(fileURLToPath(wasm));
 * const model = await readFile("edge/models/preview/model.onnx");
 * const card = JSON.parse(await readFile("edge/models/preview/card.json", "utf8"));
 * const engines = [{
 *   name: "wasm",
 *   createWorker: () => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" }),
 *   settings: { wasmBinary },
 * }];
 * const workers = createWorkers({ engines, size: 1 });
 * const input = new Float32Array(3 * 64 * 64), shape = [1, 3, 64, 64] as const;
 * const answer = await workers.submit({ model, card }, { kind: "run", input, shape }, input.buffer);
 * assert.equal(answer.kind, "ran");
 * workers.close();
 * ```
 */
export function createWorkers(options: WorkersOptions): Workers {
  const { engines, size, maxWaiting = Infinity, timeLimit = Infinity, interrupts = false } =
    options;
  if (!Number.isInteger(size) || size < 1) {
    throw new RangeError(
      `Cannot create a worker pool as its size must be an integer of at least 1: current value is ${size}`,
    );
  }
  if (engines.length === 0) {
    throw new RangeError("Cannot create a worker pool as there must be an engine: there is none");
  }
  const members = new Set<Member>(), waiting: Task[] = [], overdue = createOverdue(size);
  const leaving = new Set<PoolWorker>();
  const ids = new Map<LoadableModel, number>(), order = createEngineOrder(engines);
  let restarts = 0, closed = false, meanTime = 500;

  function start(engine: number): Member {
    const worker = engines[engine].createWorker();
    const member: Member = { worker, engine, loaded: new Set() };
    worker.onmessage = (event: MessageEvent<WorkerMessage>) => receive(member, event.data);
    worker.onerror = (event) => {
      // Deno would otherwise end the whole process along with the worker.
      event.preventDefault();
      crash(member, event.message || "it could not be started");
    };
    worker.onmessageerror = () => crash(member, "its answer could not be read");
    members.add(member);
    return member;
  }

  function discard(member: Member): void {
    clearTimeout(member.timer);
    members.delete(member);
  }

  function replace(member: Member, error: Error, end = () => member.worker.terminate()): void {
    if (!members.has(member)) return;
    discard(member);
    end();
    restarts++;
    const { task } = member;
    if (task && goesOn(member, task, error)) waiting.unshift(task);
    else task?.reject(error);
    dispatch();
  }

  /** Whether the next engine is to do what this one could not: it need not be the slice's fault. */
  function goesOn({ engine, loading }: Member, task: Task, error: Error): boolean {
    const { model: { card }, signal } = task;
    if (loading) return order.fail(engine, card);
    if (signal?.aborted || error instanceof TimeLimitError) return false;
    task.from = order.break(engine, card);
    return task.from !== undefined;
  }

  /** Ends a worker that has not answered; one that goes on is heard of when it comes to its end. */
  function interrupt({ worker }: Member): void {
    if (interrupts) return worker.terminate();
    const gone = endWhenDone(worker);
    leaving.add(worker);
    overdue.add(gone);
    void gone.then(() => {
      leaving.delete(worker);
      dispatch();
    });
  }

  function crash(member: Member, message: string): void {
    replace(
      member,
      new Error(`Cannot segment the slice as the inference worker crashed: ${message}`),
    );
  }

  function receive(member: Member, answer: WorkerMessage): void {
    if (answer.kind === "downloaded") return expectStart(member);
    clearTimeout(member.timer);
    const { task, loading } = member;
    if (!task) return;
    if (answer.kind === "failed" && (loading || answer.broken)) {
      return replace(member, answer.error);
    }
    if (loading) {
      member.loading = false;
      member.loaded.add(task.modelId);
      order.succeed(member.engine);
      if (!task.signal?.aborted) return work(member, task);
    } else {
      meanTime += (performance.now() - member.started! - meanTime) / 8;
    }
    member.task = undefined;
    if (answer.kind === "failed") {
      task.reject(answer.error);
    } else {
      order.answer(member.engine, task.model.card);
      task.resolve(answer);
    }
    dispatch();
  }

  /** A worker that has nothing more to download may not take as long as a slow line does. */
  function expectStart(member: Member): void {
    const { startLimit = Infinity } = engines[member.engine];
    if (member.loading) watch(member, "start", startLimit);
  }

  function watch(member: Member, action: string, limit: number): void {
    if (limit === Infinity) return;
    clearTimeout(member.timer);
    const error = new TimeLimitError(action, limit);
    const expire = () => replace(member, error, () => interrupt(member));
    member.timer = setTimeout(expire, limit);
  }

  function assign(member: Member, task: Task): void {
    member.task = task;
    if (member.loaded.has(task.modelId)) return work(member, task);
    member.loading = true;
    const { settings, loadLimit = options.loadLimit ?? 30_000 } = engines[member.engine];
    watch(member, "load the model", loadLimit);
    const { model: { model, card }, modelId } = task;
    const load: LoadRequest = { kind: "load", modelId, model, card, settings };
    member.worker.postMessage(load);
  }

  function work(member: Member, task: Task): void {
    member.started = performance.now();
    watch(member, "segment the slice", timeLimit);
    const { request, modelId, buffer } = task;
    task.onStart?.();
    task.onStart = undefined;
    // Not moved where the next engine may have to do it.
    const isLast = member.engine === engines.length - 1;
    member.worker.postMessage({ ...request, modelId }, isLast ? [buffer as ArrayBuffer] : []);
  }

  function idleMember({ model, modelId, from = 0 }: Task): Member | undefined {
    if (busy() >= size) return undefined;
    const engine = Math.max(order.indexFor(model.card), from);
    let idle: Member | undefined;
    for (const member of members) {
      if (member.task || member.engine !== engine) continue;
      if (member.loaded.has(modelId)) return member;
      idle ??= member;
    }
    return idle ?? (overdue.full ? undefined : start(engine));
  }

  function dispatch(): void {
    while (waiting.length > 0) {
      let member: Member | undefined;
      try {
        member = idleMember(waiting[0]);
      } catch (error) {
        waiting.shift()!.reject(error);
        continue;
      }
      if (!member) return;
      assign(member, waiting.shift()!);
    }
  }

  function busy(): number {
    let count = 0;
    for (const { task } of members) if (task) count++;
    return count;
  }

  function assertRoom(): void {
    const free = busy() < size && !overdue.full;
    if (free || waiting.length < maxWaiting) return;
    const seconds = Math.ceil(waiting.length * meanTime / size / 1000);
    throw new QueueFullError(`at most ${maxWaiting} slices may wait`, Math.max(seconds, 1));
  }

  function abandon(task: Task, signal: AbortSignal): void {
    const place = waiting.indexOf(task);
    if (place >= 0) waiting.splice(place, 1);
    for (const member of members) {
      if (member.task !== task || member.loading) continue;
      // A new worker has to load the model again, so a run of the usual length is left to its end.
      const limit = Math.min(Math.max(abandonedLimit, 2 * meanTime), timeLimit);
      watch(member, "finish what nobody waits for", limit);
    }
    task.reject(signal.reason);
  }

  async function submit(
    model: LoadableModel,
    request: PoolRequest,
    buffer: ArrayBufferLike,
    { signal, admitted = false, onStart }: SubmitOptions = {},
  ): Promise<WorkerAnswer> {
    if (closed) throw closedError();
    signal?.throwIfAborted();
    if (!admitted) assertRoom();
    if (!ids.has(model)) ids.set(model, ids.size);
    const { promise, resolve, reject } = Promise.withResolvers<WorkerAnswer>();
    const modelId = ids.get(model)!;
    const task: Task = { model, modelId, request, buffer, signal, onStart, resolve, reject };
    const abort = () => abandon(task, signal!);
    signal?.addEventListener("abort", abort);
    waiting.push(task);
    dispatch();
    return await promise.finally(() => signal?.removeEventListener("abort", abort));
  }

  function close(): void {
    closed = true;
    for (const task of waiting.splice(0)) task.reject(closedError());
    for (const member of members) {
      discard(member);
      member.worker.terminate();
      member.task?.reject(closedError());
    }
    for (const worker of leaving) worker.terminate();
  }

  return {
    submit,
    assertRoom,
    get waiting() {
      return waiting.length;
    },
    get busy() {
      return busy();
    },
    size,
    get overdue() {
      return overdue.count;
    },
    get stuck() {
      return overdue.stuck;
    },
    engineOf: (card) => engines[order.indexFor(card)].name,
    get restarts() {
      return restarts;
    },
    close,
  };
}

function closedError(): Error {
  return new Error("Cannot segment the slice as the worker pool is closed");
}
