/**
 * What a worker does with the pool's messages, wherever it runs: in a worker of its own, or in line where a
 * platform has none.
 *
 * @module
 */

import type { ModelCard } from "../model_card.ts";
import type { Engine, EngineOptions } from "./engine.ts";
import { segmentSlice } from "./segment_slice.ts";
import { whenDownloaded } from "./when_downloaded.ts";
import type { LoadRequest, TaskRequest, WorkerMessage, WorkerRequest } from "./worker_protocol.ts";

/** Threads that hang do so in their first run, which then counts as loading. */
async function runOnce(engine: Engine, { input }: ModelCard): Promise<void> {
  const side = input.sizeMultiple, channels = input.sequences.length;
  await engine.run(new Float32Array(channels * side * side), [1, channels, side, side]);
}

/** Sends a message; the buffers named may be moved instead of copied. */
export type PostMessage = (message: WorkerMessage, transfer: Transferable[]) => void;

/**
 * Makes the receiver of one worker's messages. It holds an engine for every model it has loaded.
 *
 * @param createEngine Loads a model; {@linkcode createEngine} in `engine.ts`, or one like it.
 * @returns Takes a request; its promise never rejects, as everything is answered.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readFile } from "node:fs/promises";
 * import { fileURLToPath } from "node:url";
 * import { createEngine } from "./engine.ts";
 *
 * const wasm = import.meta.resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm");
 * const wasmBinary = await readFile(fileURLToPath(wasm));
 * const model = await readFile("edge/models/preview/model.onnx");
 * const card = JSON.parse(await readFile("edge/models/preview/card.json", "utf8"));
 * const kinds: string[] = [], receive = createSession(createEngine, ({ kind }) => kinds.push(kind));
 * await receive({ kind: "load", modelId: 0, model, card, settings: { wasmBinary } });
 * const black = { data: new Uint8Array(64 * 64 * 3), height: 64, width: 64, channels: 3 };
 * await receive({ kind: "segment", modelId: 0, slice: black });
 * assert.deepEqual(kinds, ["loaded", "segmented"]);
 * ```
 */
export function createSession(
  createEngine: (options: EngineOptions) => Promise<Engine>,
  post: PostMessage,
): (request: WorkerRequest) => Promise<void> {
  const loaded = new Map<number, { readonly engine: Engine; readonly card: ModelCard }>();
  let broken = false;

  /** An engine that says when it fails; what is wrong with a slice is found before it runs. */
  function watched(engine: Engine): Engine {
    return {
      ...engine,
      async run(input, shape) {
        try {
          return await engine.run(input, shape);
        } catch (error) {
          broken = true;
          throw error;
        }
      },
    };
  }

  async function load({ modelId, model, card, settings }: LoadRequest): Promise<void> {
    const { wasmPath, threads = 1 } = settings;
    const end = wasmPath && whenDownloaded(wasmPath, () => post({ kind: "downloaded" }, []));
    try {
      const engine = watched(await createEngine({ model, ...settings }));
      if (threads > 1) await runOnce(engine, card);
      loaded.set(modelId, { engine, card });
    } finally {
      if (end) end();
    }
    post({ kind: "loaded" }, []);
  }

  async function work(request: TaskRequest): Promise<void> {
    const { engine, card } = loaded.get(request.modelId)!;
    if (request.kind === "run") {
      const probability = await engine.run(request.input, request.shape);
      // A copy, as the engine's own buffer may be memory of WebAssembly, which cannot be moved.
      const copy = probability.slice();
      post({ kind: "ran", probability: copy }, [copy.buffer as ArrayBuffer]);
      return;
    }
    const segmentation = await segmentSlice(engine, card, request.slice, request.scaling);
    const { probability, mask } = segmentation;
    post({ kind: "segmented", segmentation }, [
      probability.data.buffer as ArrayBuffer,
      mask.data.buffer as ArrayBuffer,
    ]);
  }

  return async (request) => {
    try {
      await (request.kind === "load" ? load(request) : work(request));
    } catch (reason) {
      const error = reason instanceof Error ? reason : new Error(String(reason));
      post({ kind: "failed", error, broken }, []);
    }
  };
}
