/** The numbers of a scan at one threshold: area, probability and agreement with the reference of each slice. */

import { addCounts, type ConfusionCounts, confusionCounts } from "../../../shared/confusion.ts";
import { measureTumor, type TumorMeasure } from "../../../shared/inference/measure_tumor.ts";
import type { Mask, ProbabilityMap } from "../../../shared/volume.ts";

/** The numbers of one slice. */
export interface SliceMeasure extends TumorMeasure {
  /** Against the reference, where there is one. */
  readonly counts?: ConfusionCounts;
}

/** The numbers of all slices. */
export interface ScanMeasure {
  readonly threshold: number;
  /** Absent for slices that are not segmented yet. */
  readonly slices: readonly (SliceMeasure | undefined)[];
  /** All masks, [slices, height, width] in C order, once every slice is there. */
  readonly masks?: Uint8Array;
}

/** Measures one slice; without probabilities there is no mean of them. */
export function measureSlice(
  mask: Mask,
  probability: ProbabilityMap | undefined,
  reference: Mask | undefined,
): SliceMeasure {
  const tumor = probability
    ? measureTumor(mask, probability)
    : { areaPixels: mask.data.reduce((sum, value) => sum + value, 0), meanProbability: null };
  return reference ? { ...tumor, counts: confusionCounts(mask, reference) } : tumor;
}

/** Pixels of all slices together. */
export function totalArea({ slices }: ScanMeasure): number {
  return slices.reduce((sum, slice) => sum + (slice?.areaPixels ?? 0), 0);
}

/** The counts of all slices together; undefined without a reference. */
export function totalCounts({ slices }: ScanMeasure): ConfusionCounts | undefined {
  const counts = slices.flatMap((slice) => slice?.counts ?? []);
  return counts.length > 0 ? counts.reduce(addCounts) : undefined;
}

/**
 * The slice with the largest outline, the first of several; undefined where nothing is outlined.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const slice = (areaPixels: number) => ({ areaPixels, meanProbability: null });
 * assert.equal(largestSlice({ threshold: 0.5, slices: [slice(1), undefined, slice(3)] }), 2);
 * assert.equal(largestSlice({ threshold: 0.5, slices: [slice(0)] }), undefined);
 * ```
 */
export function largestSlice({ slices }: ScanMeasure): number | undefined {
  let largest: number | undefined, area = 0;
  slices.forEach((slice, index) => {
    if (slice && slice.areaPixels > area) [largest, area] = [index, slice.areaPixels];
  });
  return largest;
}
