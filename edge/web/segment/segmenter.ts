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

export interface Segmenter {
  /** Resolves when every slice has been handed to `onSlice`. */
  segment(scan: Scan, run: SegmentRun): Promise<void>;
}
