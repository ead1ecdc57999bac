/**
 * The messages between a worker pool and its workers. A pool sends `load` once and then one `segment` at
 * a time; the worker answers every `segment` with exactly one message.
 *
 * @module
 */

import type { ModelCard } from "../model_card.ts";
import type { ChannelScaling } from "../scaling.ts";
import type { Slice } from "../volume.ts";
import type { Segmentation } from "./segment_slice.ts";

/** The first message: what the worker needs to build its engine. */
export interface LoadRequest {
  readonly kind: "load";
  readonly model: Uint8Array;
  readonly card: ModelCard;
  readonly wasmBinary: Uint8Array;
}

/** One slice to segment. */
export interface SegmentRequest {
  readonly kind: "segment";
  readonly slice: Slice;
  readonly scaling?: readonly ChannelScaling[];
}

export type WorkerRequest = LoadRequest | SegmentRequest;

/** The slice's segmentation. */
export interface SegmentedAnswer {
  readonly kind: "segmented";
  readonly segmentation: Segmentation;
}

/** The slice could not be segmented. */
export interface FailedAnswer {
  readonly kind: "failed";
  readonly error: Error;
  /** Whether the worker has a working model, so that the next slice may succeed. */
  readonly usable: boolean;
}

export type WorkerAnswer = SegmentedAnswer | FailedAnswer;
