/**
 * Hands patients to workers and collects what comes back. It can be killed at any moment: the same command started again
 * finds what was done meanwhile.
 *
 * @module
 */
import type { ConsumerMessages, JsMsg } from "@nats-io/jetstream";
import { createHash } from "node:crypto";
import { openQueue, type Queue, type QueueOptions } from "./connection.ts";
import {
  decodeMessage,
  encodeMessage,
  type InputFile,
  type ResultMessage,
  resultStream,
  resultSubject,
  type TaskKind,
  type TaskMessage,
  taskStream,
  taskSubject,
  unlessThere,
  type WorkerMessage,
  workerSubject,
} from "./protocol.ts";
import { whenServerIsThere } from "./server_away.ts";
import { downloadOutputs, filesIn, fileVersion, removeObject, valueOf } from "./transfer.ts";
import { explainFullStore } from "./full_store.ts";
import { createUploads } from "./uploads.ts";

/** A patient to be handed out. */
export interface QueuedTask {
  readonly kind: TaskKind;
  readonly id: string;
  /** As `perform_task.ts` takes it; names files and the model's folder by absolute paths. */
  readonly payload: unknown;
  /** Where files that come out go. */
  readonly out?: string;
}

/** Settings of {@linkcode openCoordinator}. */
export interface CoordinatorOptions extends QueueOptions {
  /** What tells this run from others, and makes it the same when it is started again. */
  readonly run: string;
  /** Workers see the same files under the same paths. @default false */
  readonly shared?: boolean;
  /** Hears every second or so what workers do, and how many tasks are done, those under way in part. */
  readonly onWorkers?: (workers: readonly WorkerState[], done: number) => void;
}

/** What a worker is at. */
export interface WorkerState {
  readonly worker: string;
  /** Patients of this run. */
  readonly tasks: readonly { readonly id: string; readonly done: number }[];
}

/** What became of a task. */
export interface TaskResult {
  /** What was computed, as `perform_task.ts` gives it. */
  readonly value: unknown;
  readonly worker: string;
  readonly seconds: number;
}

/** A run under way. */
export interface Coordinator {
  /**
   * Hands in a task, and waits for what becomes of it. Handed in again, by whomever, it is not done again.
   *
   * @throws {Error} with the worker's words when the task cannot be done.
   */
  submit(task: QueuedTask): Promise<TaskResult>;
  /** Removes all that is left of the run from the server. */
  finish(): Promise<void>;
  close(): Promise<void>;
}

/** So many tasks are handed in at once; more than workers have cores, and no more than a disk has room for. */
const mostAtOnce = 256;

/** How often the server says that it lives, in ms, while there are no results. */
const heartbeat = 2000;

/** A worker that was not heard of for so long, in ms, is not shown any more. */
const forgotten = 5000;

/** A text for a run that is the same for the same things: what is done, to what, with what. */
export function runName(...what: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(what)).digest("hex").slice(0, 32);
}

/**
 * Opens a run.
 *
 * @param url `nats://[USER:PASSWORD@]HOST[:PORT]`.
 * @throws {Error} when there is no such server.
 */
export async function openCoordinator(
  url: string,
  { run, shared = false, onWorkers, patience }: CoordinatorOptions,
): Promise<Coordinator> {
  const queue = await openQueue(url, { patience });
  const waiting = new Map<string, PromiseWithResolvers<ResultMessage>>();
  const early = new Map<string, ResultMessage>(), tasks = new Map<string, HandedIn>();
  const uploads = createUploads(queue, run), room = createRoom(mostAtOnce);

  const served = <T>(action: () => Promise<T>) => whenServerIsThere(queue.connection, action);

  function hear(message: JsMsg): void {
    const result = decodeMessage<ResultMessage>(message.data);
    const waits = waiting.get(result.key);
    if (waits) waits.resolve(result);
    else early.set(result.key, result);
  }
  const results = await listenToResults(queue, run, hear);
  results.failed.catch((error) => waiting.forEach(({ reject }) => reject(error)));
  if (onWorkers) watchWorkers(queue, tasks, onWorkers);

  async function handIn(task: QueuedTask, key: string, inputs?: InputFile[]): Promise<void> {
    const { kind, id, payload, out } = task;
    const message: TaskMessage = { kind, id, run, key, payload, ...inputs ? { inputs } : { out } };
    const bytes = encodeMessage(message), subject = taskSubject(kind, run, key);
    await served(() => queue.client.publish(subject, bytes).then(() => true, unlessThere))
      .catch(explainFullStore);
  }

  /** What becomes of a task; its files are in the store meanwhile. */
  async function resultOf(task: QueuedTask, state: HandedIn): Promise<ResultMessage> {
    const files = await filesIn(task.payload);
    const key = runName(task.payload, await Promise.all(files.map(fileVersion)));
    tasks.set(key, state);
    const done = early.get(key);
    if (done) return done;
    const waits = Promise.withResolvers<ResultMessage>(), needed = shared ? [] : files;
    waiting.set(key, waits);
    const taken = uploads.take(needed);
    try {
      await handIn(task, key, shared ? undefined : await taken);
      return await waits.promise;
    } finally {
      await uploads.release(needed);
    }
  }

  return {
    submit: (task) =>
      room(async () => {
        const state: HandedIn = { id: task.id, done: 0, over: false };
        const { answer, outputs, worker, seconds } = await resultOf(task, state);
        state.over = true;
        if ("failure" in answer) throw new Error(answer.failure);
        const { out } = task;
        if (out !== undefined) await served(() => downloadOutputs(queue.store, outputs, out));
        const value = await served(() => valueOf(queue.store, answer));
        return { value, worker, seconds };
      }),
    finish: () => served(() => removeRun(queue, run)),
    async close() {
      results.stop();
      await queue.connection.close();
    },
  };
}

/**
 * Hears every result of a run, those from before too. After a server was away all of them are asked for anew: the library
 * does so by the clock on the wall, which may have been put back.
 */
async function listenToResults(
  { connection, client }: Queue,
  run: string,
  hear: (message: JsMsg) => void,
): Promise<{ readonly failed: Promise<never>; stop(): void }> {
  const failed = Promise.withResolvers<never>();
  const ask = async () => {
    const options = { filter_subjects: resultSubject(run) };
    const consumer = await client.consumers.get(resultStream, options);
    return await consumer.consume({ idle_heartbeat: heartbeat });
  };
  const listen = async (messages: ConsumerMessages) => {
    for await (const message of messages) hear(message);
  };
  let messages = await ask();
  listen(messages).catch(failed.reject);
  const askAnew = async () => {
    for await (const { type } of connection.status()) {
      if (type !== "reconnect") continue;
      messages.stop();
      messages = await whenServerIsThere(connection, ask);
      listen(messages).catch(failed.reject);
    }
  };
  askAnew().catch(failed.reject);
  return { failed: failed.promise, stop: () => messages.stop() };
}

/** Does a number of things at once, and the others as those end. */
function createRoom(most: number) {
  const outside: (() => void)[] = [];
  let inside = 0;
  return async <T>(action: () => Promise<T>): Promise<T> => {
    if (inside < most) inside++;
    else await new Promise<void>((resolve) => outside.push(resolve));
    try {
      return await action();
    } finally {
      const next = outside.shift();
      if (next) next();
      else inside--;
    }
  };
}

async function removeRun({ manager, store }: Queue, run: string): Promise<void> {
  await manager.streams.purge(taskStream, { filter: taskSubject("*", run) });
  await manager.streams.purge(resultStream, { filter: resultSubject(run) });
  for (const { name } of await store.list()) {
    if (name.startsWith(`${run}/`)) await removeObject(store, name);
  }
}

/** A task, and how far workers are with it. */
interface HandedIn {
  readonly id: string;
  /** From 0 to 1; what was done of it by a worker that was lost is not taken back. */
  done: number;
  over: boolean;
}

function watchWorkers(
  { connection }: Queue,
  tasks: ReadonlyMap<string, HandedIn>,
  onWorkers: (workers: readonly WorkerState[], done: number) => void,
): void {
  const heard = new Map<string, { state: WorkerState; at: number }>();

  function tell(): void {
    const now = performance.now();
    for (const [name, { at }] of heard) if (now - at > forgotten) heard.delete(name);
    const done = [...tasks.values()].reduce((sum, task) => sum + (task.over ? 1 : task.done), 0);
    onWorkers([...heard.values()].map(({ state }) => state), done);
  }

  tell();
  connection.subscribe(workerSubject, {
    callback(error, message) {
      if (error) return;
      const { worker, tasks: busy } = decodeMessage<WorkerMessage>(message.data);
      const own = busy.flatMap(({ key, done }) => {
        const task = tasks.get(key);
        if (!task) return [];
        task.done = Math.max(task.done, done);
        return [{ id: task.id, done }];
      });
      heard.set(worker, { state: { worker, tasks: own }, at: performance.now() });
      tell();
    },
  });
}
