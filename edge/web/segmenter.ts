/** What the page shows of a segmentation, wherever it was computed. */

import type { TumorMeasure } from "../../shared/inference/measure_tumor.ts";
import type { Mask, Slice } from "../../shared/volume.ts";

/** A slice as the page holds it: decoded to draw it, and the file to send it. */
export interface OpenedSlice {
  readonly name: string;
  readonly slice: Slice;
  readonly file: Blob;
}

export interface PageSegmentation extends TumorMeasure {
  readonly mask: Mask;
  /** From the opened slice to its mask, in milliseconds. */
  readonly milliseconds: number;
}

/** A place that can segment a slice: this browser or the edge's server. */
export interface Segmenter {
  segment(opened: OpenedSlice, signal: AbortSignal): Promise<PageSegmentation>;
}
