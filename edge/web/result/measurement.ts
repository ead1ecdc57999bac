/** A scan's probabilities, and the masks and numbers that they give at any threshold. */

import { cleanUp } from "../../../shared/inference/clean_up.ts";
import type { ModelCard } from "../../../shared/model_card.ts";
import { threshold as thresholded } from "../../../shared/threshold.ts";
import { type Mask, type ProbabilityMap, sizeOf, sliceOfMask } from "../../../shared/volume.ts";
import type { SegmentedSlice } from "../segment/segmenter.ts";
import { measureSlice, type ScanMeasure, type SliceMeasure } from "./measure_scan.ts";

/** What a measurement begins with. */
export interface MeasurementOptions {
  readonly shape: readonly [slices: number, height: number, width: number];
  /** How masks are cleaned. */
  readonly card: Pick<ModelCard, "smallestComponent">;
  readonly threshold: number;
  /** Of the same shape. */
  readonly reference?: Mask;
}

/** Takes slices as they come, and measures what there is. */
export interface Measurement {
  add(index: number, segmented: SegmentedSlice): void;
  setThreshold(threshold: number): void;
  setReference(reference: Mask | undefined): void;
  /** The masks of a whole scan are there, and cleaned, once all slices are. */
  measure(): ScanMeasure;
}

/**
 * A measurement of a scan of which no slice has come yet.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const card = { smallestComponent: 0 };
 * const measurement = startMeasurement({ shape: [1, 1, 2], card, threshold: 0.5 });
 * const mask = new Uint8Array([0, 1]), probability = new Float32Array([0.25, 0.75]);
 * measurement.add(0, { mask, probability, milliseconds: 1 });
 * measurement.setThreshold(0.125);
 * assert.deepEqual(measurement.measure().masks, new Uint8Array([1, 1]));
 * ```
 */
export function startMeasurement(options: MeasurementOptions): Measurement {
  const { shape: [slices, ...shape], card } = options;
  let { threshold, reference } = options;
  const segmented: (SegmentedSlice | undefined)[] = Array(slices).fill(undefined);
  // What is known of each slice at this threshold, against this reference.
  let masks: (Mask | undefined)[] = [], measures: (SliceMeasure | undefined)[] = [];

  function maskOf(index: number): Mask | undefined {
    const slice = segmented[index];
    if (!slice) return undefined;
    const probability = probabilityOf(index);
    return probability ? thresholded(probability, threshold) : { data: slice.mask, shape };
  }

  function probabilityOf(index: number): ProbabilityMap | undefined {
    const data = segmented[index]?.probability;
    return data && { data, shape };
  }

  /** All masks; what the edge sends is cleaned already. */
  function wholeMask(): Mask {
    const size = sizeOf(shape);
    const whole = { data: new Uint8Array(slices * size), shape: [slices, ...shape] };
    masks.forEach((mask, index) => whole.data.set(mask!.data, index * size));
    return segmented[0]?.probability ? cleanUp(card, whole) : whole;
  }

  function measure(): ScanMeasure {
    for (let index = 0; index < slices; index++) masks[index] ??= maskOf(index);
    const complete = masks.every((mask) => mask !== undefined);
    const whole = complete ? wholeMask() : undefined;
    // Only the whole can tell which of its pieces are small.
    if (whole && card.smallestComponent > 0) measures = [];
    for (let index = 0; index < slices; index++) {
      const mask = whole ? sliceOfMask(whole, index) : masks[index];
      const actual = reference && sliceOfMask(reference, index);
      if (mask) measures[index] ??= measureSlice(mask, probabilityOf(index), actual);
      else measures[index] = undefined;
    }
    return { threshold, slices: [...measures], ...(whole ? { masks: whole.data } : {}) };
  }

  return {
    add(index, slice) {
      segmented[index] = slice;
      masks[index] = measures[index] = undefined;
    },
    setThreshold(value) {
      threshold = value;
      masks = [];
      measures = [];
    },
    setReference(mask) {
      reference = mask;
      measures = [];
    },
    measure,
  };
}
