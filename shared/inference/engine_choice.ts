/**
 * The ways to run models, and which of them runs which model.
 *
 * @module
 */

import type { ModelCard } from "../model_card.ts";
import type { EngineSettings } from "./engine.ts";
import type { PoolWorker } from "./inline_worker.ts";

/** One way to run models. */
export interface EngineChoice {
  /** As people read it: `wasm`, `webgpu`, `native`. */
  readonly name: string;
  /** Starts a worker that speaks the protocol. */
  readonly createWorker: () => PoolWorker;
  /** What the worker needs for every model. */
  readonly settings: EngineSettings;
  /** Milliseconds that its workers may take to start and load a model. @default that of all engines */
  readonly loadLimit?: number;
  /**
   * Milliseconds that its workers may take to load a model once they have downloaded ONNX Runtime, where the platform
   * tells that. @default as long as the load limit lasts
   */
  readonly startLimit?: number;
  /** Which models it is for. @default all */
  readonly suits?: (card: ModelCard) => boolean;
}

/**
 * Whether a model is for GPUs. One in eight bits is not: ONNX Runtime puts some of it on the processor, with copies there
 * and back, and a slice took eleven times as long as on WebAssembly (on an adapter of software).
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(suitsGpu({ precision: "int8" }), false);
 * assert.equal(suitsGpu({}), true);
 * ```
 */
export function suitsGpu({ precision = "fp32" }: Pick<ModelCard, "precision">): boolean {
  return precision !== "int8";
}

/** Which engine, by its place in the list, runs which model. */
export interface EngineOrder {
  /** The best that suits the model and has not failed; the last one where none does. */
  indexFor(card: ModelCard): number;
  /** A model was loaded by this engine: from now on what fails there is the model's fault. */
  succeed(index: number): void;
  /**
   * A model could not be loaded by this engine. It goes to the next; so do all others where the engine has not loaded
   * any yet. A model that loads nowhere says nothing against the engines.
   *
   * @returns Whether there is a next one to try.
   */
  fail(index: number, card: ModelCard): boolean;
  /** This engine has answered a request for a model: once it may break, and keeps the model. */
  answer(index: number, card: ModelCard): void;
  /**
   * This engine broke in the middle of a request, as when a GPU is taken away. Where it has not answered any for this
   * model before or since it last broke, the model goes to the next.
   *
   * @returns The engine to try the same request with; undefined where there is none.
   */
  break(index: number, card: ModelCard): number | undefined;
}

/**
 * Makes the order of some engines.
 *
 * @param engines The best first; at least one.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readFile } from "node:fs/promises";
 * const [gpu, wasm] = ["webgpu", "wasm"].map((name) => ({ name, createWorker: () => new Worker(""), settings: {} }));
 * const order = createEngineOrder([{ ...gpu, suits: suitsGpu }, wasm]);
 * const floats = JSON.parse(await readFile("edge/models/preview/card.json", "utf8"));
 * const eightBits = { ...floats, precision: "int8" };
 * assert.deepEqual([order.indexFor(floats), order.indexFor(eightBits)], [0, 1]);
 * ```
 */
export function createEngineOrder(engines: readonly EngineChoice[]): EngineOrder {
  const proven = new Set<number>(), firstOf = new Map<ModelCard, number>();
  const trusted = engines.map(() => new Set<ModelCard>());
  let first = 0;

  function nextFor(card: ModelCard, from: number): number {
    return engines.findIndex(({ suits }, index) => index >= from && (suits?.(card) ?? true));
  }

  return {
    indexFor(card) {
      const index = nextFor(card, Math.max(first, firstOf.get(card) ?? 0));
      return index < 0 ? engines.length - 1 : index;
    },
    succeed: (index) => void proven.add(index),
    fail(index, card) {
      const next = nextFor(card, index + 1);
      if (next < 0) {
        firstOf.delete(card);
        first = 0;
        return false;
      }
      if (proven.has(index)) firstOf.set(card, next);
      else first = Math.max(first, index + 1);
      return true;
    },
    answer: (index, card) => void trusted[index].add(card),
    break(index, card) {
      const next = nextFor(card, index + 1);
      if (next < 0) return undefined;
      if (!trusted[index].delete(card)) firstOf.set(card, next);
      return next;
    },
  };
}
