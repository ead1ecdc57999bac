/**
 * What coordinator and workers say to each other through NATS.
 *
 * Tasks and results lie in two streams that take one message a subject and refuse a second: a task is there once however
 * often it is handed in, and the first result is the only one. What is in them outlives whoever wrote it.
 *
 * @module
 */
import { deserialize, serialize } from "node:v8";

/** What can be asked of a worker. */
export const taskKinds = ["segment", "validate"] as const;

/** One of {@linkcode taskKinds}. */
export type TaskKind = typeof taskKinds[number];

/** A file that a task needs. */
export interface InputFile {
  /** Where it is on the coordinator's machine; absolute. */
  readonly path: string;
  /** What it is called in the object store. */
  readonly object: string;
}

/** One patient's work. */
export interface TaskMessage {
  readonly kind: TaskKind;
  /** The patient. */
  readonly id: string;
  readonly run: string;
  /** Tells it from the run's other tasks. */
  readonly key: string;
  /** What the work is, as `perform_task.ts` takes it; names files by their absolute paths. */
  readonly payload: unknown;
  /** Files to be fetched; absent: the worker sees the same files under the same paths. */
  readonly inputs?: readonly InputFile[];
  /** Where files that come out go, for workers that see the same folders. */
  readonly out?: string;
}

/** A file that came out, by its path in the folder of outputs. */
export interface OutputFile {
  readonly name: string;
  readonly object: string;
}

/** What became of a task. */
export interface ResultMessage {
  readonly id: string;
  readonly key: string;
  /** Who did it. */
  readonly worker: string;
  readonly seconds: number;
  readonly outputs: readonly OutputFile[];
  /** What was computed, or the object that holds it, or why it could not be. */
  readonly answer:
    | { readonly value: unknown }
    | { readonly object: string }
    | { readonly failure: string };
}

/** What a worker says of itself every second. */
export interface WorkerMessage {
  readonly worker: string;
  /** What it does; empty while it waits. */
  readonly tasks: readonly { readonly run: string; readonly key: string; readonly done: number }[];
}

/** The names of the two streams. */
export const taskStream = "GLIOMAP_TASKS", resultStream = "GLIOMAP_RESULTS";

/** The object store's name. */
export const bucket = "GLIOMAP";

/** Where workers say what they do. */
export const workerSubject = "gliomap.worker";

/** A task's subject; without a key, all of a run; without a run, all of a kind. */
export function taskSubject(kind: TaskKind | "*", run = "*", key = "*"): string {
  return `gliomap.task.${kind}.${run}.${key}`;
}

/** A result's subject; without a key, all of a run. */
export function resultSubject(run: string, key = "*"): string {
  return `gliomap.result.${run}.${key}`;
}

/** For an error of publishing: false where the subject has its message already; thrown where it is another. */
export function unlessThere(error: { readonly code?: number }): false {
  // "maximum messages per subject exceeded"
  if (error.code !== 10077) throw error;
  return false;
}

/** A message's bytes; unlike JSON, these keep NaN, which a metric may be, and typed arrays. */
export function encodeMessage(message: unknown): Uint8Array {
  return serialize(message);
}

/** A message out of its bytes. */
export function decodeMessage<T>(bytes: Uint8Array): T {
  return deserialize(bytes) as T;
}
