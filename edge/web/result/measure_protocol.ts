/** The messages between the page and the worker that measures masks. */

import type { Mask } from "../../../shared/volume.ts";
import type { SegmentedSlice } from "../segment/segmenter.ts";
import type { ScanMeasure } from "./measure_scan.ts";
import type { MeasurementOptions } from "./measurement.ts";

/** A new prediction; whatever came before it is forgotten. */
export interface StartRequest extends MeasurementOptions {
  readonly kind: "start";
  /** Comes back with every answer. */
  readonly run: number;
}

/**
 * A new prediction, and what changes in it: a slice that came, another threshold from 0 to 1, another reference
 * [slices, height, width] or none. A prediction comes first.
 */
export type MeasureRequest =
  | StartRequest
  | { readonly kind: "slice"; readonly index: number; readonly segmented: SegmentedSlice }
  | { readonly kind: "threshold"; readonly threshold: number }
  | { readonly kind: "reference"; readonly reference?: Mask };

/** Comes after requests, not after each: several that come at once are answered together. */
export interface MeasureAnswer {
  readonly run: number;
  readonly measure: ScanMeasure;
}
