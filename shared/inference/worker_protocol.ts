/**
 * The messages between a worker pool and its workers. A pool sends one message at a time and waits for its
 * answer; every message gets exactly one, before which a worker may say how far it is. A model is loaded in a worker before the first slice for it.
 *
 * @module
 */

import type { ModelCard } from "../model_card.ts";
import type { ChannelScaling } from "../scaling.ts";
import type { Slice } from "../volume.ts";
import type { EngineSettings } from "./engine.ts";
import type { Segmentation } from "./segment_slice.ts";

/** What the worker needs to build an engine. */
export interface LoadRequest {
  readonly kind: "load";
  /** What later messages call the model by. */
  readonly modelId: number;
  readonly model: Uint8Array;
  readonly card: ModelCard;
  readonly settings: EngineSettings;
}

/** One slice to segment. */
export interface SegmentRequest {
  readonly kind: "segment";
  readonly modelId: number;
  readonly slice: Slice;
  readonly scaling?: readonly ChannelScaling[];
}

/** One batch for the network itself, as {@linkcode Engine.run} takes it. */
export interface RunRequest {
  readonly kind: "run";
  readonly modelId: number;
  readonly input: Float32Array;
  readonly shape: readonly [images: number, channels: number, height: number, width: number];
}

/** What makes a worker work. */
export type TaskRequest = SegmentRequest | RunRequest;

/** What a pool says to a worker. */
export type WorkerRequest = LoadRequest | TaskRequest;

/** The model is loaded. */
export interface LoadedAnswer {
  readonly kind: "loaded";
}

/** The slice's segmentation. */
export interface SegmentedAnswer {
  readonly kind: "segmented";
  readonly segmentation: Segmentation;
}

/** The network's probabilities. */
export interface RanAnswer {
  readonly kind: "ran";
  readonly probability: Float32Array;
}

/** The model could not be loaded, or the slice not be segmented. */
export interface FailedAnswer {
  readonly kind: "failed";
  readonly error: Error;
  /** Whether the engine failed in mid-run, as for want of memory: the worker is not to be trusted any more. */
  readonly broken?: boolean;
}

/** What a worker says to its pool. */
export type WorkerAnswer = LoadedAnswer | SegmentedAnswer | RanAnswer | FailedAnswer;

/** The file at the settings' `wasmPath` is there: what is still to be done to load the model, the worker does alone. */
export interface DownloadedNotice {
  readonly kind: "downloaded";
}

/** What a worker sends. */
export type WorkerMessage = WorkerAnswer | DownloadedNotice;
