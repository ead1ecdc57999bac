/**
 * Temperature scaling: one number that makes a model's probabilities less sure, or surer, of themselves, so that they fit
 * how often it is right. It moves no outline at a threshold of 0.5.
 *
 * Source: C. Guo et al., "On Calibration of Modern Neural Networks", ICML 2017.
 *
 * @module
 */

import type { ReliabilityBin } from "./calibration.ts";
import { assertSameShape } from "./shape.ts";
import type { Mask, ProbabilityMap } from "./volume.ts";

/** Bins of the histogram for each unit of a logit: fine enough that a probability is off by 0.001 at most. */
const binsPerLogit = 128;
/** Logits beyond this are counted as this; the surest that a float below 1 can be is 17. */
const limit = 32;
const binCount = 2 * limit * binsPerLogit;

/** Voxels by their logit, the logarithm of p / (1 - p), in narrow bins: all that a temperature is fitted to. */
export interface LogitHistogram {
  /** How many voxels of each bin the reference calls tumor. */
  readonly tumor: readonly number[];
  /** How many of each bin it does not. */
  readonly background: readonly number[];
}

/**
 * Sorts voxels by their logit. Histograms of several patients are added with {@linkcode addLogitHistograms}, so that none
 * of them has to stay in memory.
 *
 * @throws {TypeError} when the shapes differ, or an array does not fill its shape.
 * @throws {RangeError} when a probability is not from 0 to 1.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const probability = { data: new Float32Array([0.5, 0.9]), shape: [1, 2] };
 * const reference = { data: new Uint8Array([0, 1]), shape: [1, 2] };
 * const { tumor, background } = logitHistogram(probability, reference);
 * assert.ok(tumor.indexOf(1) > background.indexOf(1));
 * ```
 */
export function logitHistogram(probability: ProbabilityMap, reference: Mask): LogitHistogram {
  assertSameShape("sort voxels by logit", probability, reference);
  const tumor: number[] = Array(binCount).fill(0), background = tumor.slice();
  for (let i = 0; i < probability.data.length; i++) {
    const p = probability.data[i];
    if (!(p >= 0 && p <= 1)) {
      throw new RangeError(
        `Cannot sort voxels by logit as every probability must be from 0 to 1: current value is ${p}`,
      );
    }
    const bin = binOf(p);
    if (reference.data[i] !== 0) tumor[bin]++;
    else background[bin]++;
  }
  return { tumor, background };
}

function binOf(probability: number): number {
  // No float is between 1 and 1 - 2^-24: what is written as 1 is about half as far from it.
  const logit = Math.log(probability / Math.max(1 - probability, 2 ** -25));
  return Math.min(Math.max(Math.floor((logit + limit) * binsPerLogit), 0), binCount - 1);
}

function logitOf(bin: number): number {
  return (bin + 0.5) / binsPerLogit - limit;
}

function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

/**
 * The histograms of two disjoint parts taken together, for instance of two patients.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const part = { tumor: [0, 1], background: [2, 0] };
 * assert.deepEqual(addLogitHistograms(part, part), { tumor: [0, 2], background: [4, 0] });
 * ```
 */
export function addLogitHistograms(a: LogitHistogram, b: LogitHistogram): LogitHistogram {
  const sum = (x: readonly number[], y: readonly number[]) => x.map((n, bin) => n + y[bin]);
  return { tumor: sum(a.tumor, b.tumor), background: sum(a.background, b.background) };
}

/** Temperatures that are tried: what lies beyond is no calibration any more. */
const coldest = 0.01, hottest = 100;

/**
 * The temperature that makes the reference most likely: every logit is to be divided by it. Over 1 where the model is
 * surer than it is right. 0.01 or 100 where nothing in between is best, as when the model is always right.
 *
 * @returns NaN without voxels.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * // Sure of 0.9, right in three of four: logarithm of 9 over logarithm of 3.
 * const probability = { data: new Float32Array(4).fill(0.9), shape: [1, 4] };
 * const reference = { data: new Uint8Array([1, 1, 1, 0]), shape: [1, 4] };
 * assert.equal(fitTemperature(logitHistogram(probability, reference)).toFixed(2), "2.00");
 * ```
 */
export function fitTemperature(histogram: LogitHistogram): number {
  if (voxelsOf(histogram) === 0) return NaN;
  // The likelihood's logarithm is concave in the inverse temperature: where its slope is 0 it is largest.
  let low = Math.log(1 / hottest), high = Math.log(1 / coldest);
  if (slope(histogram, 1 / hottest) <= 0) return hottest;
  if (slope(histogram, 1 / coldest) >= 0) return coldest;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (slope(histogram, Math.exp(middle)) > 0) low = middle;
    else high = middle;
  }
  return Math.exp(-(low + high) / 2);
}

function voxelsOf({ tumor, background }: LogitHistogram): number {
  return tumor.reduce((sum, count, bin) => sum + count + background[bin], 0);
}

/** How the logarithm of the likelihood changes with the inverse temperature. */
function slope({ tumor, background }: LogitHistogram, inverse: number): number {
  let sum = 0;
  for (let bin = 0; bin < tumor.length; bin++) {
    const voxels = tumor[bin] + background[bin];
    if (voxels === 0) continue;
    const logit = logitOf(bin);
    sum += logit * (tumor[bin] - voxels * sigmoid(inverse * logit));
  }
  return sum;
}

/**
 * What a probability becomes at a temperature, from 0 to 1.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(atTemperature(0.9, 2).toFixed(6), "0.750000");
 * assert.equal(atTemperature(0.5, 7), 0.5);
 * ```
 */
export function atTemperature(probability: number, temperature: number): number {
  return sigmoid(Math.log(probability / (1 - probability)) / temperature);
}

/**
 * Calibration after temperature scaling, from the histogram alone: bins as `reliabilityBins` of `calibration.ts` gives
 * them, every probability rounded as the histogram rounds it.
 *
 * @param bins How many there are, at least 1.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { expectedCalibrationError } from "./calibration.ts";
 * const probability = { data: new Float32Array(4).fill(0.9), shape: [1, 4] };
 * const reference = { data: new Uint8Array([1, 1, 1, 0]), shape: [1, 4] };
 * const histogram = logitHistogram(probability, reference);
 * const after = reliabilityBinsAt(histogram, fitTemperature(histogram));
 * assert.ok(expectedCalibrationError(after) < 0.001);
 * ```
 */
export function reliabilityBinsAt(
  { tumor, background }: LogitHistogram,
  temperature: number,
  bins = 20,
): ReliabilityBin[] {
  const found = Array.from({ length: bins }, (_, bin) => ({
    from: bin / bins,
    to: (bin + 1) / bins,
    voxels: 0,
    probability: 0,
    tumor: 0,
  }));
  for (let bin = 0; bin < tumor.length; bin++) {
    const voxels = tumor[bin] + background[bin];
    if (voxels === 0) continue;
    const probability = sigmoid(logitOf(bin) / temperature);
    const into = found[Math.min(Math.floor(probability * bins), bins - 1)];
    into.voxels += voxels;
    into.probability += probability * voxels;
    into.tumor += tumor[bin];
  }
  return found;
}
