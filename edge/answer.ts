/**
 * The JSON answers of the API, as the routes write them and the page reads them.
 *
 * @module
 */

import type { RunLengthMask } from "../shared/run_length.ts";

/** `POST /v1/segment`, as JSON. */
export interface SegmentAnswer {
  readonly model: { readonly name: string; readonly version: string };
  /** The mask as run lengths; its shape is the slice's [height, width]. */
  readonly mask: RunLengthMask;
  readonly tumorAreaPixels: number;
  /** Mean probability inside the mask; null where the mask is empty. */
  readonly meanProbability: number | null;
  /** In milliseconds. */
  readonly timings: {
    readonly decode: number;
    readonly scaling: number;
    readonly network: number;
    readonly mask: number;
    /** From the complete request to the answer; includes waiting for a worker. */
    readonly total: number;
  };
  readonly notice: string;
}

/** `POST /v1/dice`. */
export interface DiceAnswer {
  /** From 0 to 1; null where neither mask has a tumor pixel. */
  readonly dice: number | null;
  /** Why `dice` is null; absent where it is not. */
  readonly explanation?: string;
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  readonly trueNegatives: number;
  readonly notice: string;
}
