/**
 * A worker: takes patients out of the queue, one after the other, until it is told to stop.
 *
 * @module
 */
import type { Consumer, JsMsg } from "@nats-io/jetstream";
import { rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join, relative, resolve } from "node:path";
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { isDiskError } from "../storage/disk_error.ts";
import { openTemporaryFolder } from "../storage/temporary_folder.ts";
import { openQueue, type Queue } from "./connection.ts";
import type { Performer } from "./perform_task.ts";
import {
  decodeMessage,
  encodeMessage,
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
import {
  downloadInputs,
  fittingAnswer,
  localPath,
  pathsIn,
  uploadOutputs,
  withLocalPaths,
} from "./transfer.ts";

/** A patient that so many workers were lost with is given up, or it would take all of them along. */
const mostAttempts = 5;

/** How often a worker says that it lives, in ms. */
const pulse = 1000;

/** How long it waits for a patient before it asks again, in ms. */
const waiting = 2000;

/** Settings of {@linkcode runWorker}. */
export interface WorkerOptions {
  readonly performer: Performer;
  /** How many patients of a kind it takes at once. */
  readonly lanes: Readonly<Record<TaskKind, number>>;
  /** The folder that coordinators share with it; absent: none, and files come through the store. */
  readonly shared?: string;
  /** Ends it; patients that it has go to others. */
  readonly signal?: AbortSignal;
  /** Hears what it did. */
  readonly onLine?: (line: string) => void;
}

/**
 * Works until the signal comes, or the connection is closed for good.
 *
 * @throws {Error} when its own disk is full: patients would only fail here that others could finish.
 */
export async function runWorker(url: string, options: WorkerOptions): Promise<void> {
  const { lanes } = options, name = `${hostname()}-${process.pid}`;
  const broken = new AbortController();
  const signal = AbortSignal.any([broken.signal, ...(options.signal ? [options.signal] : [])]);
  // Images of patients must not stay behind; a worker that was killed leaves them for the next to remove.
  const queue = await openQueue(url), folder = await openTemporaryFolder("gliomap-worker-");
  const busy = new Map<string, { run: string; key: string; done: number }>();
  const say = () => {
    const message: WorkerMessage = { worker: name, tasks: [...busy.values()] };
    queue.connection.publish(workerSubject, encodeMessage(message));
  };
  const timer = setInterval(say, pulse);
  say();
  const kinds = Object.entries(lanes) as [TaskKind, number][];
  const working = Promise.all(
    kinds.flatMap(([kind, count]) =>
      Array.from({ length: count }, async (_, lane) => {
        const consumer = await queue.client.consumers.get(taskStream, kind);
        const place = join(folder.path, `${kind}-${lane}`);
        const context = { queue, name, place, busy, options: { ...options, signal } };
        await work(queue, consumer, (message) => handle(context, message), signal);
      })
    ),
  );
  try {
    // Whoever ends it does not wait for patients to be finished, nor for a server that is away.
    await Promise.race([working, aborted(signal)]);
  } catch (error) {
    broken.abort();
    throw isDiskError(error) ? fullDisk(error as Error, folder.path) : error;
  } finally {
    clearInterval(timer);
    await folder.remove();
    // What was given back has to reach the server, if there is one.
    if (!queue.connection.isClosed()) {
      await Promise.race([queue.connection.flush().catch(() => {}), setTimeout(pulse)]);
    }
    await queue.connection.close();
  }
}

function fullDisk(error: Error, folder: string): Error {
  const message = `Cannot keep the files of patients in ${folder} (${error.message}): ` +
    "what this worker had goes to others";
  return new Error(message, { cause: error });
}

function aborted(signal?: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal?.aborted) resolve();
  signal?.addEventListener("abort", () => resolve());
  return promise;
}

/** Takes one patient after the other. A server that is away for a while is waited for. */
async function work(
  { connection }: Queue,
  consumer: Consumer,
  take: (message: JsMsg) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  while (!signal?.aborted) {
    const message = await nextMessage(consumer).catch(async (error: Error) => {
      if (signal?.aborted) return null;
      if (connection.isClosed()) throw error;
      await setTimeout(pulse);
      return null;
    });
    if (message && signal?.aborted) message.nak();
    else if (message) await take(message);
  }
}

/**
 * The next patient; null where none came. A server that is gone says nothing, and the library tells that by the clock on
 * the wall: where it was put back meanwhile, by nothing for hours. So a timer asks anew.
 */
async function nextMessage(consumer: Consumer): Promise<JsMsg | null> {
  const asked = consumer.next({ expires: waiting }), late = Promise.withResolvers<"late">();
  const timer = globalThis.setTimeout(() => late.resolve("late"), 3 * waiting);
  try {
    const message = await Promise.race([asked, late.promise]);
    if (message !== "late") return message;
    asked.then((message) => message?.nak(), () => {});
    return null;
  } finally {
    clearTimeout(timer);
  }
}

interface Lane {
  readonly queue: Queue;
  readonly name: string;
  /** A folder of this lane's own. */
  readonly place: string;
  readonly busy: Map<string, { run: string; key: string; done: number }>;
  readonly options: WorkerOptions;
}

/** Does a task unless it is done, and says so before it takes the task off the queue. */
async function handle(lane: Lane, message: JsMsg): Promise<void> {
  const { queue, busy, options: { signal, onLine } } = lane;
  const task = decodeMessage<TaskMessage>(message.data), { id, run, key } = task;
  const state = { run, key, done: 0 };
  busy.set(message.subject, state);
  const timer = setInterval(() => message.working(), pulse);
  const giveBack = () => message.nak();
  signal?.addEventListener("abort", giveBack);
  try {
    if (!await hasResult(queue, task)) {
      const result = message.info.deliveryCount > mostAttempts
        ? failed(
          lane,
          task,
          `Cannot finish as ${mostAttempts} workers were lost with it, or could not fetch its files`,
        )
        : await perform(lane, task, (done) => state.done = done);
      if (signal?.aborted) return;
      await publishOnce(queue, task, result);
      const { answer, seconds } = result;
      onLine?.("failure" in answer ? `${id}: ${answer.failure}` : `${id}: ${seconds.toFixed(1)} s`);
    }
    await message.ackAck();
  } catch (error) {
    // It was given back.
    if (signal?.aborted) return;
    if (isDiskError(error)) {
      message.nak();
      throw error;
    }
    // The way to the server or the store broke, not the patient: someone will try again.
    onLine?.(`${id}: ${(error as Error).message}; handed back`);
    message.nak(pulse);
  } finally {
    clearInterval(timer);
    signal?.removeEventListener("abort", giveBack);
    busy.delete(message.subject);
  }
}

async function hasResult({ manager }: Queue, { run, key }: TaskMessage): Promise<boolean> {
  const found = await manager.streams.getMessage(resultStream, {
    last_by_subj: resultSubject(run, key),
  });
  return found !== null;
}

/**
 * Of two workers that did the same, the first is heard, and of one that was away for so long that its run is over, nobody
 * wants to hear any more. What it left in the store goes.
 */
async function publishOnce(queue: Queue, task: TaskMessage, result: ResultMessage): Promise<void> {
  const { client, store } = queue, { run, key } = task;
  const wanted = await hasTask(queue, task) && await client
    .publish(resultSubject(run, key), encodeMessage(result))
    .then(() => true, unlessThere);
  if (wanted) return;
  const objects = result.outputs.map(({ object }) => object);
  if ("object" in result.answer) objects.push(result.answer.object);
  await Promise.all(objects.map((object) => store.delete(object)));
}

async function hasTask({ manager }: Queue, { kind, run, key }: TaskMessage): Promise<boolean> {
  const subject = { last_by_subj: taskSubject(kind, run, key) };
  return await manager.streams.getMessage(taskStream, subject) !== null;
}

function failed({ name }: Lane, { id, key }: TaskMessage, failure: string): ResultMessage {
  return { id, key, worker: name, seconds: 0, outputs: [], answer: { failure } };
}

/** Files in, work, files out. What the work complains of is a result; what goes wrong on the way is thrown. */
async function perform(
  lane: Lane,
  task: TaskMessage,
  onProgress: (done: number) => void,
): Promise<ResultMessage> {
  const { queue: { store }, name, place, options: { performer, shared } } = lane;
  const { kind, id, run, key, inputs } = task, started = performance.now();
  const files = join(place, "in"), out = inputs ? join(place, "out") : task.out ?? place;
  if (!inputs) {
    const outside = pathsIn([task.payload, task.out]).find((path) =>
      shared === undefined || !isInside(shared, path)
    );
    if (outside !== undefined) {
      const what = shared === undefined
        ? "this worker must be started with --shared"
        : `files must lie in ${shared}`;
      return failed(
        lane,
        task,
        `Cannot work on shared folders as ${what}: current value is ${outside}`,
      );
    }
  }
  try {
    if (inputs) await downloadInputs(store, inputs, files);
    const payload = inputs
      ? withLocalPaths(task.payload, inputs.map(({ path }) => path), files)
      : task.payload;
    const value = await performer.perform(kind, payload, out, onProgress).catch((error: Error) =>
      error
    );
    const seconds = (performance.now() - started) / 1000;
    if (value instanceof Error) {
      // This worker's disk, not that of whoever wants the files.
      if (inputs && isDiskError(value)) throw value;
      // Whoever reads it knows the files by their own paths.
      const failure = value.message.replaceAll(localPath(files, "/").replace(/\/$/, ""), "");
      return { ...failed(lane, task, failure), seconds };
    }
    const outputs = inputs ? await uploadOutputs(store, run, out).catch(noFolder) : [];
    const answer = await fittingAnswer(store, run, value);
    return { id, key, worker: name, seconds, outputs, answer };
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

/** A task that writes nothing makes no folder. */
function noFolder(error: NodeJS.ErrnoException): [] {
  if (error.code === "ENOENT") return [];
  throw error;
}

function isInside(folder: string, path: string): boolean {
  const from = relative(resolve(folder), resolve(path));
  return !from.startsWith("..") && !from.startsWith("/");
}
