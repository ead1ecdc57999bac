/**
 * Segments slices in workers, so that the thread that answers requests or draws the page stays free.
 *
 * @module
 */

import type { ModelCard } from "../model_card.ts";
import type { ChannelScaling } from "../scaling.ts";
import type { Slice } from "../volume.ts";
import type { Segmentation } from "./segment_slice.ts";
import type { LoadRequest, SegmentRequest, WorkerAnswer } from "./worker_protocol.ts";

/** What a pool is made of. */
export interface WorkerPoolOptions {
  /** Starts a worker that runs `worker.ts`, as it is or bundled. */
  readonly createWorker: () => Worker;
  /** How many workers there may be, at least 1. Each starts when the ones before it are all busy. */
  readonly size: number;
  /** The bytes of `model.onnx`. */
  readonly model: Uint8Array;
  readonly card: ModelCard;
  /** The bytes of ONNX Runtime's WebAssembly. */
  readonly wasmBinary: Uint8Array;
}

/** What can be asked for beside the slice itself. */
export interface SegmentOptions {
  /** One for each channel of the slice; the slice's own percentiles where absent. */
  readonly scaling?: readonly ChannelScaling[];
  /**
   * Rejects the request with the signal's reason. A slice that waits is forgotten; one that is being
   * segmented keeps its worker busy until the end, as a run cannot be interrupted.
   */
  readonly signal?: AbortSignal;
}

/** Workers that segment slices, each one slice at a time, first come first served. */
export interface WorkerPool {
  /**
   * The segmentation of a slice, as {@linkcode segmentSlice} in `segment_slice.ts` gives it.
   *
   * @throws {TypeError} when the model cannot take such a slice.
   * @throws {Error} when the worker crashed (the next request gets a new one) or the pool is closed.
   */
  segment(slice: Slice, options?: SegmentOptions): Promise<Segmentation>;
  /** Ends every worker; what was asked for and not answered is rejected. */
  close(): void;
}

interface Task {
  readonly request: SegmentRequest;
  readonly resolve: (segmentation: Segmentation) => void;
  readonly reject: (reason: unknown) => void;
}

interface Member {
  readonly worker: Worker;
  task?: Task;
}

/**
 * Makes a pool; no worker starts before the first slice.
 *
 * @throws {RangeError} when `size` is not an integer of at least 1.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readFile } from "node:fs/promises";
 * import { fileURLToPath } from "node:url";
 *
 * const wasm = import.meta.resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm");
 * const pool = createWorkerPool({
 *   createWorker: () => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" }),
 *   size: 1,
 *   model: await readFile("edge/models/reference/model.onnx"),
 *   card: JSON.parse(await readFile("edge/models/reference/card.json", "utf8")),
 *   wasmBinary: await readFile(fileURLToPath(wasm)),
 * });
 * const black = { data: new Uint8Array(64 * 64 * 3), height: 64, width: 64, channels: 3 };
 * const { mask } = await pool.segment(black);
 * assert.deepEqual(mask.shape, [64, 64]);
 * pool.close();
 * ```
 */
export function createWorkerPool(options: WorkerPoolOptions): WorkerPool {
  const { createWorker, size, model, card, wasmBinary } = options;
  if (!Number.isInteger(size) || size < 1) {
    throw new RangeError(
      `Cannot create a worker pool as its size must be an integer of at least 1: current value is ${size}`,
    );
  }
  const members = new Set<Member>();
  const waiting: Task[] = [];
  let closed = false;

  function start(): Member {
    const member: Member = { worker: createWorker() };
    member.worker.onmessage = (event: MessageEvent<WorkerAnswer>) => settle(member, event.data);
    member.worker.onerror = (event) => {
      // Deno would otherwise end the whole process along with the worker.
      event.preventDefault();
      crash(member, event.message || "it could not be started");
    };
    member.worker.onmessageerror = () => crash(member, "its answer could not be read");
    const load: LoadRequest = { kind: "load", model, card, wasmBinary };
    member.worker.postMessage(load);
    members.add(member);
    return member;
  }

  function discard(member: Member): void {
    member.worker.terminate();
    members.delete(member);
  }

  function settle(member: Member, answer: WorkerAnswer): void {
    const { task } = member;
    member.task = undefined;
    if (answer.kind === "segmented") {
      task?.resolve(answer.segmentation);
    } else {
      if (!answer.usable) discard(member);
      task?.reject(answer.error);
    }
    dispatch();
  }

  function crash(member: Member, message: string): void {
    discard(member);
    member.task?.reject(
      new Error(`Cannot segment the slice as the inference worker crashed: ${message}`),
    );
    dispatch();
  }

  function idleMember(): Member | undefined {
    for (const member of members) if (!member.task) return member;
    return members.size < size ? start() : undefined;
  }

  function dispatch(): void {
    while (waiting.length > 0) {
      let member: Member | undefined;
      try {
        member = idleMember();
      } catch (error) {
        waiting.shift()!.reject(error);
        continue;
      }
      if (!member) return;
      member.task = waiting.shift()!;
      const { request } = member.task;
      member.worker.postMessage(request, [request.slice.data.buffer as ArrayBuffer]);
    }
  }

  function segment(slice: Slice, { scaling, signal }: SegmentOptions = {}): Promise<Segmentation> {
    if (closed) return Promise.reject(closedError());
    if (signal?.aborted) return Promise.reject(signal.reason);
    const { promise, resolve, reject } = Promise.withResolvers<Segmentation>();
    // A copy, as the slice may be a view on a whole volume, all of which would travel otherwise.
    const copy: Slice = { ...slice, data: slice.data.slice() };
    const task: Task = { request: { kind: "segment", slice: copy, scaling }, resolve, reject };
    const abort = () => {
      const place = waiting.indexOf(task);
      if (place >= 0) waiting.splice(place, 1);
      reject(signal!.reason);
    };
    signal?.addEventListener("abort", abort);
    waiting.push(task);
    dispatch();
    return promise.finally(() => signal?.removeEventListener("abort", abort));
  }

  function close(): void {
    closed = true;
    for (const task of waiting.splice(0)) task.reject(closedError());
    for (const member of members) {
      discard(member);
      member.task?.reject(closedError());
    }
  }

  return { segment, close };
}

function closedError(): Error {
  return new Error("Cannot segment the slice as the worker pool is closed");
}
