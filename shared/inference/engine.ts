/**
 * Runs a model of ours on ONNX Runtime Web: WebAssembly, the same in Deno, in a browser's worker and on a main
 * thread.
 *
 * @module
 */

import type { Env, InferenceSession, TypedTensor } from "onnxruntime-web/wasm";
import { tensorNames } from "./tensor_names.ts";

/** A loaded network that maps preprocessed images to tumor probabilities. */
export interface Engine {
  /**
   * Tumor probabilities for a batch of preprocessed images.
   *
   * @param input Preprocessed images, axes [images, channels, height, width] in C order.
   * @param shape The lengths of those axes; height and width that the network's poolings can halve.
   * @returns Probabilities from 0 to 1, axes [images, 1, height, width] in C order.
   * @throws {TypeError} when `input` does not hold as many values as `shape` says.
   */
  run(
    input: Float32Array,
    shape: readonly [images: number, channels: number, height: number, width: number],
  ): Promise<Float32Array>;
  /** Frees the network's memory; the engine cannot be used afterwards. */
  release(): Promise<void>;
}

/** What runs a model, whichever model it is. */
export interface EngineSettings {
  /**
   * The bytes of ONNX Runtime's WebAssembly, of the very version that is installed: with the provider `wasm`
   * `ort-wasm-simd-threaded.wasm`. An engine outside WebAssembly needs none.
   */
  readonly wasmBinary?: Uint8Array;
  /**
   * Instead of the bytes: their address, from which each worker has them when it starts. Takes less memory than
   * bytes, which the sender keeps. In Deno, `file:` as well.
   */
  readonly wasmPath?: string;
  /**
   * Threads of WebAssembly. More than one need a browser that is cross-origin isolated; ONNX Runtime was seen to
   * hang in starting them, so that whoever asks for them must watch the time. @default 1
   */
  readonly threads?: number;
}

/** What an engine is made of. */
export interface EngineOptions extends EngineSettings {
  /** The bytes of `model.onnx`: one input `image`, one output `probability`. */
  readonly model: Uint8Array;
}

/**
 * ONNX Runtime resolves addresses against `location.origin`, which is the string "null" in a worker that
 * was started from a file, and throws there. It gets along without any location.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const location = { origin: "null" };
 * Object.defineProperty(globalThis, "location", { value: location, configurable: true });
 * hideOpaqueLocation();
 * assert.equal(globalThis.location, undefined);
 * ```
 */
export function hideOpaqueLocation(): void {
  const { location } = globalThis as { location?: { origin?: string } };
  if (location?.origin !== "null") return;
  Object.defineProperty(globalThis, "location", {
    value: undefined,
    configurable: true,
    writable: true,
  });
}

/** What the builds of ONNX Runtime have in common. */
export interface Runtime {
  readonly env: Env;
  readonly InferenceSession: {
    create(model: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  readonly Tensor: new (
    type: "float32",
    data: Float32Array,
    shape: readonly number[],
  ) => TypedTensor<"float32">;
}

/** Those whose WebAssembly has started in this thread: for later models they need neither its bytes nor its address. */
const started = new WeakSet<Env>();

/**
 * Loads a model in ONNX Runtime's WebAssembly, which starts with the first.
 *
 * @throws {Error} as {@linkcode createEngine}.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readFile } from "node:fs/promises";
 * import { fileURLToPath } from "node:url";
 * import * as runtime from "onnxruntime-web/wasm";
 *
 * const wasm = import.meta.resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm");
 * const wasmBinary = await readFile(fileURLToPath(wasm));
 * const model = await readFile("edge/models/preview/model.onnx");
 * const options = { executionProviders: ["wasm"] };
 * const engine = await startEngine(runtime, { model, wasmBinary }, options);
 * assert.equal((await engine.run(new Float32Array(3 * 64 * 64), [1, 3, 64, 64])).length, 64 * 64);
 * await engine.release();
 * ```
 */
export async function startEngine(
  runtime: Runtime,
  { model, wasmBinary, wasmPath, threads = 1 }: EngineOptions,
  options: InferenceSession.SessionOptions,
): Promise<Engine> {
  const { env, env: { wasm } } = runtime;
  if (!started.has(env)) {
    env.logLevel = "error";
    wasm.numThreads = threads;
    // ONNX Runtime itself takes no address of a file.
    const isFile = wasmPath?.startsWith("file:");
    wasm.wasmBinary = isFile ? await (await fetch(wasmPath!)).arrayBuffer() : wasmBinary;
    if (wasmPath !== undefined && !isFile) wasm.wasmPaths = { wasm: wasmPath };
  }
  const engine = await engineOf(runtime, model, options);
  started.add(env);
  // Compiled by now: 14 MB that nobody needs.
  wasm.wasmBinary = undefined;
  return engine;
}

/**
 * Loads a model. ONNX Runtime is imported on the first call only, so that a page which never segments
 * never loads it.
 *
 * @throws {Error} when the bytes are not a model that ONNX Runtime can run, or lack `image` or
 * `probability`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readFile } from "node:fs/promises";
 * import { fileURLToPath } from "node:url";
 *
 * const wasm = import.meta.resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm");
 * const engine = await createEngine({
 *   model: await readFile("edge/models/reference/model.onnx"),
 *   wasmBinary: await readFile(fileURLToPath(wasm)),
 * });
 * const black = new Float32Array(3 * 64 * 64);
 * const probability = await engine.run(black, [1, 3, 64, 64]);
 * assert.equal(probability.length, 64 * 64);
 * await engine.release();
 * ```
 */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  hideOpaqueLocation();
  const runtime: Runtime = await import("onnxruntime-web/wasm");
  return await startEngine(runtime, options, { executionProviders: ["wasm"] });
}

/**
 * An engine of a runtime that is configured.
 *
 * @throws {Error} as {@linkcode createEngine}.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readFile } from "node:fs/promises";
 * import { fileURLToPath } from "node:url";
 * import * as runtime from "onnxruntime-web/wasm";
 *
 * const wasm = import.meta.resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm");
 * const wasmBinary = await readFile(fileURLToPath(wasm));
 * const model = await readFile("edge/models/preview/model.onnx");
 * Object.assign(runtime.env.wasm, { wasmBinary, numThreads: 1 });
 * const engine = await engineOf(runtime, model, { executionProviders: ["wasm"] });
 * assert.equal((await engine.run(new Float32Array(3 * 64 * 64), [1, 3, 64, 64])).length, 64 * 64);
 * await engine.release();
 * ```
 */
export async function engineOf(
  { InferenceSession, Tensor }: Runtime,
  model: Uint8Array,
  options: InferenceSession.SessionOptions,
): Promise<Engine> {
  const session = await InferenceSession.create(model, {
    graphOptimizationLevel: "all",
    ...options,
  });
  const [input, output] = [session.inputNames.join(", "), session.outputNames.join(", ")];
  if (input !== tensorNames.input || output !== tensorNames.output) {
    await session.release();
    throw new Error(
      `Cannot use the model as its input and output must be ${tensorNames.input} and ${tensorNames.output}: ` +
        `current values are ${input} and ${output}`,
    );
  }
  return {
    async run(input, shape) {
      const results = await session.run({
        [tensorNames.input]: new Tensor("float32", input, shape),
      });
      return withinBounds(results[tensorNames.output].data as Float32Array);
    },
    release: () => session.release(),
  };
}

/**
 * Probabilities, in place. ONNX Runtime's sigmoid is a fraction that rounds: its native library gives 1.0000001 for some
 * of the inputs near 17.5, and was seen to give -6e-8 for -18 on ARM (https://github.com/microsoft/onnxruntime/issues/22557).
 */
function withinBounds(probability: Float32Array): Float32Array {
  for (let i = 0; i < probability.length; i++) {
    if (probability[i] > 1) probability[i] = 1;
    else if (probability[i] < 0) probability[i] = 0;
  }
  return probability;
}
