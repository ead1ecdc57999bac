/** What the model has said of a scan so far, and its measures at the threshold that was chosen. */

import type { Mask, ProbabilityMap } from "../../../shared/volume.ts";
import type { ScanMeasure } from "../result/measure_scan.ts";
import { maskAt } from "../result/mask_at.ts";
import { state } from "../state.ts";
import type { SegmentedSlice } from "./segmenter.ts";

export interface Prediction {
  /** One for each slice; absent while it is waited for. */
  readonly slices: (SegmentedSlice | undefined)[];
  /** The last that was measured; perhaps of fewer slices or of an earlier threshold. */
  measure?: ScanMeasure;
}

/** The probabilities of the slice that is shown, where there are any. */
export function shownProbability(): ProbabilityMap | undefined {
  const { scan, prediction, index } = state;
  const data = prediction?.slices[index]?.probability;
  return scan && data && { data, shape: [scan.volume.height, scan.volume.width] };
}

/**
 * The predicted mask of the slice that is shown. What takes the whole volume to tell, such as its largest
 * piece, follows when that has been measured.
 */
export function shownPrediction(): Mask | undefined {
  const { scan, prediction, index, card, view } = state;
  const segmented = prediction?.slices[index];
  if (!scan || !segmented || !card) return undefined;
  const { height, width } = scan.volume, shape = [height, width], size = height * width;
  const { measure } = prediction;
  if (measure?.masks && measure.threshold === view.threshold) {
    return { data: measure.masks.subarray(index * size, (index + 1) * size), shape };
  }
  const { probability, mask } = segmented;
  return probability
    ? maskAt({ data: probability, shape }, view.threshold, card)
    : { data: mask, shape };
}

/** The reference of the slice that is shown. */
export function shownReference(): Mask | undefined {
  const { reference, index } = state;
  if (!reference) return undefined;
  const [, height, width] = reference.shape, size = height * width;
  return {
    data: reference.data.subarray(index * size, (index + 1) * size),
    shape: [height, width],
  };
}

/** How many slices have been segmented. */
export function countDone({ slices }: Prediction): number {
  return slices.reduce((done, slice) => slice ? done + 1 : done, 0);
}
