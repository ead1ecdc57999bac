/** A place that can segment: this browser, or the edge's server. */

import type { Scan } from "../open/scan.ts";

/** What has come of one slice; arrays of [height, width]. */
export interface SegmentedSlice {
  readonly mask: Uint8Array;
  /** Absent where only the mask came back. */
  readonly probability?: Float32Array;
  /** From the request to the answer. */
  readonly milliseconds: number;
}

/** How a scan is to be segmented. */
export interface SegmentRun {
  readonly signal: AbortSignal;
  /** The slice that a person looks at, which comes first. */
  readonly shown: () => number;
  readonly onProgress: (done: number, total: number) => void;
  readonly onSlice: (index: number, segmented: SegmentedSlice) => void;
}

/** What can segment. */
export interface Segmenter {
  /** What runs the model, as people read it. */
  readonly engine: string;
  /**
   * Resolves when every slice has been handed to `onSlice`. Rejects with the signal's reason where it aborts, and with
   * what a person can be told where it fails.
   */
  segment(scan: Scan, run: SegmentRun): Promise<void>;
}
