/** The ways in which this browser can run a model, the best first. */

/// <reference lib="dom" />

import { type EngineChoice, suitsGpu } from "../../../shared/inference/engine_choice.ts";
import { hasGpu } from "../../../shared/inference/webgpu_engine.ts";
import type { ModelCard } from "../../../shared/model_card.ts";

/** What a person may ask for in the page's address, as in `?engine=wasm`. */
export const engineNames = ["webgpu", "threads", "wasm"] as const;

/** More threads than this gain little. */
const mostThreads = 8;

/**
 * What threads may take to start and to run once, in milliseconds, when everything is there: a second or two, but
 * some hang, and nobody is to wait for those as long as for a slow line.
 */
const threadsLimit = 20_000;

/** Addresses in workers are relative to the worker. */
function addressOf(file: string): string {
  return new URL(`assets/${file}`, document.baseURI).href;
}

function startWorker(file: string): Worker {
  return new Worker(addressOf(file), { type: "module" });
}

/** Threads that WebAssembly may have: one where the host does not isolate the page. */
export function threadCount(): number {
  return crossOriginIsolated ? Math.min(navigator.hardwareConcurrency, mostThreads) : 1;
}

function wasm(threads: number, why: string): EngineChoice {
  return {
    name: (threads > 1 ? `WASM, ${threads} threads` : "WASM") + why,
    createWorker: () => startWorker("worker.js"),
    settings: { wasmPath: addressOf("ort-wasm-simd-threaded.wasm"), threads },
    startLimit: threads > 1 ? threadsLimit : undefined,
  };
}

const webgpu: EngineChoice = {
  name: "WebGPU",
  createWorker: () => startWorker("webgpu_worker.js"),
  settings: { wasmPath: addressOf("ort-wasm-simd-threaded.asyncify.wasm") },
};

/** Stands in the badge of a person who has a GPU and might wonder. */
const notForGpus = " (models in eight bits are kept off GPUs)";

/**
 * The engines to try one after the other: the GPU for models that suit it, WebAssembly on several threads, on one.
 *
 * @param wanted One of {@linkcode engineNames}: no better one is tried, nor a GPU refused that is none.
 */
export async function listEngines(
  card: Pick<ModelCard, "precision">,
  wanted?: string | null,
): Promise<EngineChoice[]> {
  const found = !wanted && await hasGpu(), refused = found && !suitsGpu(card);
  const gpu = wanted === "webgpu" || (found && !refused);
  const why = refused ? notForGpus : "", threads = wanted === "wasm" ? 1 : threadCount();
  return [
    ...(gpu ? [webgpu] : []),
    ...(threads > 1 ? [wasm(threads, why)] : []),
    wasm(1, why),
  ];
}
