/** What the model has said of a scan so far, and its measures at the threshold that was chosen. */

import type { ScanMeasure } from "../result/measure_scan.ts";
import type { SegmentedSlice } from "./segmenter.ts";

/** What the model has said of a scan. */
export interface Prediction {
  /** One for each slice; absent while it is waited for. */
  readonly slices: (SegmentedSlice | undefined)[];
  /** The last that was measured; perhaps of fewer slices or of an earlier threshold. */
  measure?: ScanMeasure;
}
