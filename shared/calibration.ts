/**
 * Calibration: of all voxels that the model is 80 % sure of, are 80 % tumor?
 *
 * Sources: M. P. Naeini et al., "Obtaining Well Calibrated Probabilities Using Bayesian Binning", AAAI 2015; C. Guo et
 * al., "On Calibration of Modern Neural Networks", ICML 2017; `calibration_binning` and `CalibrationErrorMetric` of MONAI
 * 1.6, whose bins these are.
 *
 * @module
 */

import { assertSameShape } from "./shape.ts";
import type { Mask, ProbabilityMap } from "./volume.ts";

/** The voxels whose probability lies in one bin. */
export interface ReliabilityBin {
  /** The least probability of the bin. */
  readonly from: number;
  /** Where the next bin starts; 1, which it includes, for the last one. */
  readonly to: number;
  readonly voxels: number;
  /** The sum of their probabilities. */
  readonly probability: number;
  /** How many of them the reference calls tumor. */
  readonly tumor: number;
}

/** One point of a reliability curve. */
export interface ReliabilityPoint {
  /** What the model says: the mean probability of the bin's voxels, from 0 to 1. */
  readonly meanProbability: number;
  /** What is true: the part of them that is tumor, from 0 to 1. */
  readonly tumorFraction: number;
  readonly voxels: number;
}

/**
 * Sorts voxels into bins of equal width by their probability. The bins of several slices or patients are added with
 * {@linkcode addReliabilityBins}, so that none of them has to stay in memory.
 *
 * @param bins How many there are, at least 1.
 * @throws {TypeError} when the shapes differ, or an array does not fill its shape.
 * @throws {RangeError} when `bins` is not a whole number from 1, or a probability is not from 0 to 1.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const probability = { data: new Float32Array([0.25, 0.5, 0.75, 1]), shape: [2, 2] };
 * const reference = { data: new Uint8Array([0, 1, 0, 1]), shape: [2, 2] };
 * assert.deepEqual(reliabilityBins(probability, reference, 2), [
 *   { from: 0, to: 0.5, voxels: 1, probability: 0.25, tumor: 0 },
 *   { from: 0.5, to: 1, voxels: 3, probability: 2.25, tumor: 2 },
 * ]);
 * ```
 */
export function reliabilityBins(
  probability: ProbabilityMap,
  reference: Mask,
  bins = 20,
): ReliabilityBin[] {
  assertSameShape("measure calibration", probability, reference);
  if (!Number.isInteger(bins) || bins < 1) {
    throw new RangeError(
      `Cannot measure calibration as there must be at least 1 bin: current value is ${bins}`,
    );
  }
  const voxels = new Float64Array(bins), sums = new Float64Array(bins);
  const tumor = new Float64Array(bins);
  for (let i = 0; i < probability.data.length; i++) {
    const p = probability.data[i];
    if (!(p >= 0 && p <= 1)) {
      throw new RangeError(
        `Cannot measure calibration as every probability must be from 0 to 1: current value is ${p}`,
      );
    }
    const bin = Math.min(Math.floor(p * bins), bins - 1);
    voxels[bin]++;
    sums[bin] += p;
    if (reference.data[i] !== 0) tumor[bin]++;
  }
  return Array.from(voxels, (count, bin) => ({
    from: bin / bins,
    to: (bin + 1) / bins,
    voxels: count,
    probability: sums[bin],
    tumor: tumor[bin],
  }));
}

/**
 * The bins of two disjoint parts taken together, for instance of two slices of one volume.
 *
 * @throws {TypeError} when one has more bins than the other.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const bins = [{ from: 0, to: 1, voxels: 4, probability: 1.5, tumor: 1 }];
 * const twice = [{ from: 0, to: 1, voxels: 8, probability: 3, tumor: 2 }];
 * assert.deepEqual(addReliabilityBins(bins, bins), twice);
 * ```
 */
export function addReliabilityBins(
  a: readonly ReliabilityBin[],
  b: readonly ReliabilityBin[],
): ReliabilityBin[] {
  if (a.length !== b.length) {
    throw new TypeError(
      `Cannot add reliability bins as there must be ${a.length} of them: current value is ${b.length}`,
    );
  }
  return a.map((bin, index) => ({
    from: bin.from,
    to: bin.to,
    voxels: bin.voxels + b[index].voxels,
    probability: bin.probability + b[index].probability,
    tumor: bin.tumor + b[index].tumor,
  }));
}

/**
 * The points of a reliability diagram, one for each bin that has voxels, by rising probability. A perfectly calibrated
 * model's lie on the diagonal. Without voxels there are none.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const bins = [
 *   { from: 0, to: 0.5, voxels: 0, probability: 0, tumor: 0 },
 *   { from: 0.5, to: 1, voxels: 4, probability: 3, tumor: 2 },
 * ];
 * const points = [{ meanProbability: 0.75, tumorFraction: 0.5, voxels: 4 }];
 * assert.deepEqual(reliabilityCurve(bins), points);
 * ```
 */
export function reliabilityCurve(bins: readonly ReliabilityBin[]): ReliabilityPoint[] {
  return bins.filter(({ voxels }) => voxels > 0).map(({ voxels, probability, tumor }) => ({
    meanProbability: probability / voxels,
    tumorFraction: tumor / voxels,
    voxels,
  }));
}

/**
 * The expected calibration error (ECE): how far the reliability curve is from the diagonal, on average over the voxels,
 * from 0 to 1. NaN without voxels. Where background fills most of the image it is small for any model that knows
 * background.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const bins = [
 *   { from: 0, to: 0.5, voxels: 4, probability: 0, tumor: 0 },
 *   { from: 0.5, to: 1, voxels: 4, probability: 3, tumor: 2 },
 * ];
 * assert.equal(expectedCalibrationError(bins), 0.125);
 * ```
 */
export function expectedCalibrationError(bins: readonly ReliabilityBin[]): number {
  let voxels = 0, apart = 0;
  for (const bin of bins) {
    voxels += bin.voxels;
    apart += Math.abs(bin.probability - bin.tumor);
  }
  return apart / voxels;
}
