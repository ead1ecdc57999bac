/**
 * Segments slices in workers, so that the thread that answers requests or draws the page stays free.
 *
 * @module
 */

import type { ModelCard } from "../model_card.ts";
import type { ChannelScaling } from "../scaling.ts";
import type { Slice } from "../volume.ts";
import type { Segmentation } from "./segment_slice.ts";
import { createWorkers } from "./workers.ts";
import type { RanAnswer, RunRequest, SegmentedAnswer } from "./worker_protocol.ts";
import type { SubmitOptions, WorkersOptions } from "./workers_options.ts";

/** What a pool for one model is made of. */
export interface WorkerPoolOptions extends Omit<WorkersOptions, "engines"> {
  /** Starts a worker that runs `worker.ts`, as it is or bundled. */
  readonly createWorker: () => Worker;
  /** The bytes of `model.onnx`. */
  readonly model: Uint8Array;
  readonly card: ModelCard;
  /** The bytes of ONNX Runtime's WebAssembly. */
  readonly wasmBinary: Uint8Array;
}

/** What can be asked for beside the slice itself. */
export interface SegmentOptions extends SubmitOptions {
  /** One for each channel of the slice; the slice's own percentiles where absent. */
  readonly scaling?: readonly ChannelScaling[];
}

/** A model in workers, each of which segments one slice at a time, first come first served. */
export interface PooledModel {
  /**
   * The segmentation of a slice, as {@linkcode segmentSlice} in `segment_slice.ts` gives it.
   *
   * @throws {TypeError} when the model cannot take such a slice.
   * @throws {QueueFullError} when as many slices wait as may.
   * @throws {TimeLimitError} when a worker took longer than it may; it is replaced.
   * @throws {Error} when the worker crashed (the next request gets a new one) and there is no other engine to try, or
   * the pool is closed.
   */
  segment(slice: Slice, options?: SegmentOptions): Promise<Segmentation>;
  /**
   * The probabilities of the network itself for a batch of preprocessed images, as {@linkcode Engine.run} in
   * `engine.ts` gives them.
   *
   * @throws {Error} as {@linkcode PooledModel.segment}.
   */
  run(
    input: Float32Array,
    shape: RunRequest["shape"],
    options?: SubmitOptions,
  ): Promise<Float32Array>;
}

/** Workers for one model. */
export interface WorkerPool extends PooledModel {
  /** Ends every worker; what was asked for and not answered is rejected. */
  close(): void;
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
  const { createWorker, model, card, wasmBinary, ...rest } = options;
  const engines = [{ name: "wasm", createWorker, settings: { wasmBinary } }];
  const workers = createWorkers({ ...rest, engines });
  return { ...pooledModel(workers, { model, card }), close: () => workers.close() };
}

/**
 * A model of several in the same workers; each worker loads it with its first slice.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readFile } from "node:fs/promises";
 * import { fileURLToPath } from "node:url";
 * import { createWorkers } from "./workers.ts";
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
 * const preview = pooledModel(workers, { model, card });
 * const black = { data: new Uint8Array(64 * 64 * 3), height: 64, width: 64, channels: 3 };
 * assert.deepEqual((await preview.segment(black)).mask.shape, [64, 64]);
 * workers.close();
 * ```
 */
export function pooledModel(
  workers: Pick<ReturnType<typeof createWorkers>, "submit">,
  files: { readonly model: Uint8Array; readonly card: ModelCard },
): PooledModel {
  return {
    async segment(slice, { scaling, ...options } = {}) {
      // A copy, as the slice may be a view on a whole volume, all of which would travel otherwise.
      const copy: Slice = { ...slice, data: slice.data.slice() };
      const request = { kind: "segment", slice: copy, scaling } as const;
      const answer = await workers.submit(files, request, copy.data.buffer, options);
      return (answer as SegmentedAnswer).segmentation;
    },
    async run(input, shape, options) {
      const copy = input.slice();
      const request = { kind: "run", input: copy, shape } as const;
      const answer = await workers.submit(files, request, copy.buffer, options);
      return (answer as RanAnswer).probability;
    },
  };
}
