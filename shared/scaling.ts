/**
 * The preprocessing of Gliomap: every channel of a patient's volume is moved and stretched by percentiles of
 * its own. Training, the edge and the page all call these functions, and nothing else scales pixels.
 *
 * @module
 */

import { orderChannels, type OrderedValues } from "./percentile.ts";
import type { PixelData, Slice, Volume } from "./volume.ts";

/**
 * Scaling by two percentiles of each channel, over all voxels: (x - low) / (high - low), clipped to [0, 1].
 *
 * Source: the data set reader of giacomodeodato/Brain-MRI-segmentation.
 */
export interface PercentilePreprocessing {
  readonly method: "percentile";
  /** Rank, from 0 to 100, of the value that becomes 0. */
  readonly low: number;
  /** Rank, from 0 to 100, of the value that becomes 1. */
  readonly high: number;
}

/**
 * Scaling by percentiles of the head alone: (x - median) / (high - low), clipped to [-limit, limit]. How much
 * air a picture holds, and how bright the fat of the scalp is on a scanner, no longer move the brain's contrast.
 */
export interface ForegroundPreprocessing {
  readonly method: "foreground";
  /** Head is what is over this share, from 0 to 1, of the channel's 99th percentile. */
  readonly head: number;
  /** Rank, from 0 to 100, of the lower end of the spread. */
  readonly low: number;
  /** Rank, from 0 to 100, of the upper end of the spread. */
  readonly high: number;
  /** Largest distance from the median that is kept, in spreads. */
  readonly limit: number;
}

/** How a model wants its input scaled, as its card says it. */
export type Preprocessing = PercentilePreprocessing | ForegroundPreprocessing;

/** The method's own preprocessing: 10th to 99th percentile. */
export const referencePreprocessing: Preprocessing = { method: "percentile", low: 10, high: 99 };

/** Scaling by the head's own voxels. */
export const foregroundPreprocessing: Preprocessing = {
  method: "foreground",
  head: 0.12,
  low: 10,
  high: 90,
  limit: 1.5,
};

/**
 * One channel's scaling: (x - offset) / divisor, clipped to [minimum, maximum]. A divisor of 0, which a
 * constant channel has, gives 0 everywhere.
 */
export interface ChannelScaling {
  readonly offset: number;
  readonly divisor: number;
  readonly minimum: number;
  readonly maximum: number;
}

/**
 * The least and the largest value that scaling gives, whatever the picture.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.deepEqual(scaledRange(foregroundPreprocessing), { minimum: -1.5, maximum: 1.5 });
 * ```
 */
export function scaledRange(
  preprocessing: Preprocessing,
): Pick<ChannelScaling, "minimum" | "maximum"> {
  return preprocessing.method === "percentile"
    ? { minimum: 0, maximum: 1 }
    : { minimum: -preprocessing.limit, maximum: preprocessing.limit };
}

/**
 * The scaling of a patient: one entry per channel, from all voxels of the volume [slices, height, width, channels].
 * A volume without voxels gets a divisor of 0.
 *
 * @throws {RangeError} when the preprocessing's ranks are not 0 <= low < high <= 100.
 * @throws {TypeError} when the data does not fill the volume's shape.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const data = Uint8Array.from({ length: 101 }, (_, i) => i);
 * const volume = { data, slices: 1, height: 1, width: 101, channels: 1 };
 * assert.deepEqual(volumeScaling(volume), [{ offset: 10, divisor: 89, minimum: 0, maximum: 1 }]);
 * ```
 */
export function volumeScaling(
  volume: Volume,
  preprocessing: Preprocessing = referencePreprocessing,
): ChannelScaling[] {
  const { data, slices, height, width, channels } = volume;
  assertPixelCount(data, slices * height * width * channels);
  return scalingOf(data, channels, preprocessing);
}

/**
 * The scaling of a slice whose volume is not at hand: as {@linkcode volumeScaling}, from the slice's own
 * pixels. A model was trained on scaled volumes, so expect its outline to suffer where the slice's
 * percentiles are not its volume's.
 *
 * @throws {RangeError} when the preprocessing's ranks are not 0 <= low < high <= 100.
 * @throws {TypeError} when the data does not fill the slice's shape.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const slice = { data: new Uint8Array([0, 50, 100]), height: 1, width: 3, channels: 1 };
 * const everything = { method: "percentile", low: 0, high: 100 } as const;
 * assert.deepEqual(sliceScaling(slice, everything), [
 *   { offset: 0, divisor: 100, minimum: 0, maximum: 1 },
 * ]);
 * ```
 */
export function sliceScaling(
  slice: Slice,
  preprocessing: Preprocessing = referencePreprocessing,
): ChannelScaling[] {
  const { data, height, width, channels } = slice;
  assertPixelCount(data, height * width * channels);
  return scalingOf(data, channels, preprocessing);
}

/**
 * A slice's pixels scaled, axes [height, width, channels] as in the slice.
 *
 * @throws {TypeError} when there is not one scaling per channel, or the data does not fill the slice's shape.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const slice = { data: new Uint8Array([10, 30, 90]), height: 1, width: 3, channels: 1 };
 * const scaled = applyScaling(slice, [{ offset: 10, divisor: 40, minimum: 0, maximum: 1 }]);
 * assert.deepEqual(scaled, new Float32Array([0, 0.5, 1]));
 * ```
 */
export function applyScaling(slice: Slice, scaling: readonly ChannelScaling[]): Float32Array {
  const scaled = new Float32Array(slice.data.length);
  scaleInto(scaled, slice, scaling, slice.channels, 1);
  return scaled;
}

/**
 * A slice's pixels scaled, axes [channels, height, width]: what a model eats.
 *
 * @throws {TypeError} when there is not one scaling per channel, or the data does not fill the slice's shape.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const slice = { data: new Uint8Array([1, 20, 2, 40]), height: 1, width: 2, channels: 2 };
 * const half = { offset: 0, divisor: 2, minimum: 0, maximum: 100 };
 * assert.deepEqual(applyScalingPlanar(slice, [half, half]), new Float32Array([0.5, 1, 10, 20]));
 * ```
 */
export function applyScalingPlanar(slice: Slice, scaling: readonly ChannelScaling[]): Float32Array {
  const scaled = new Float32Array(slice.data.length);
  scaleInto(scaled, slice, scaling, 1, slice.height * slice.width);
  return scaled;
}

function scalingOf(
  data: PixelData,
  channels: number,
  preprocessing: Preprocessing,
): ChannelScaling[] {
  return orderChannels({ data, channels }).map((values) => channelScaling(values, preprocessing));
}

/**
 * The scaling of one channel whose values are in order, for who asks them for more than that: as
 * {@linkcode volumeScaling}.
 *
 * @throws {RangeError} when the preprocessing's ranks are not 0 <= low < high <= 100.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { orderChannels } from "./percentile.ts";
 * const [values] = orderChannels({ data: new Uint8Array([0, 50, 100]), channels: 1 });
 * const scaling = channelScaling(values, { method: "percentile", low: 0, high: 100 });
 * assert.deepEqual(scaling, { offset: 0, divisor: 100, minimum: 0, maximum: 1 });
 * ```
 */
export function channelScaling(
  values: OrderedValues,
  preprocessing: Preprocessing,
): ChannelScaling {
  assertPreprocessing(preprocessing);
  return preprocessing.method === "percentile"
    ? percentileScaling(values, preprocessing)
    : foregroundScaling(values, preprocessing);
}

function percentileScaling(
  values: OrderedValues,
  preprocessing: PercentilePreprocessing,
): ChannelScaling {
  const { low, high } = preprocessing;
  const [offset, top] = values.percentiles([low, high]);
  return values.count === 0
    ? { offset: 0, divisor: 0, ...scaledRange(preprocessing) }
    : { offset, divisor: top - offset, ...scaledRange(preprocessing) };
}

function foregroundScaling(
  values: OrderedValues,
  preprocessing: ForegroundPreprocessing,
): ChannelScaling {
  const { head, low, high } = preprocessing;
  const [bright] = values.percentiles([99]);
  const [median, bottom, top] = values.above(head * bright).percentiles([50, low, high]);
  // A channel without a head, all black or without voxels, becomes 0 everywhere.
  return Number.isNaN(median)
    ? { offset: 0, divisor: 0, ...scaledRange(preprocessing) }
    : { offset: median, divisor: top - bottom, ...scaledRange(preprocessing) };
}

/** Scales every channel of `slice` into `scaled`, where pixels and channels lie the given steps apart. */
function scaleInto(
  scaled: Float32Array,
  { data, height, width, channels }: Slice,
  scaling: readonly ChannelScaling[],
  pixelStep: number,
  channelStep: number,
): void {
  assertPixelCount(data, height * width * channels);
  if (scaling.length !== channels) {
    throw new TypeError(
      `Cannot scale a slice as there must be one scaling for each of its ${channels} channels: ` +
        `current value is ${scaling.length}`,
    );
  }
  for (let channel = 0; channel < channels; channel++) {
    const { offset, divisor, minimum, maximum } = scaling[channel];
    // `scaled` starts as zeros, which is what a constant channel becomes.
    if (divisor === 0) continue;
    const scale = (value: number) =>
      Math.min(Math.max((value - offset) / divisor, minimum), maximum);
    let to = channel * channelStep;
    if (data instanceof Uint8Array) {
      // Each of the few values is scaled once.
      const table = new Float32Array(256);
      for (let value = 0; value < 256; value++) table[value] = scale(value);
      for (let from = channel; from < data.length; from += channels, to += pixelStep) {
        scaled[to] = table[data[from]];
      }
    } else {
      for (let from = channel; from < data.length; from += channels, to += pixelStep) {
        scaled[to] = scale(data[from]);
      }
    }
  }
}

function assertPixelCount(data: PixelData, expected: number): void {
  if (data.length === expected) return;
  throw new TypeError(
    `Cannot scale an image as its shape asks for ${expected} values: current value is ${data.length}`,
  );
}

function assertPreprocessing(preprocessing: Preprocessing): void {
  const { method, low, high } = preprocessing;
  if (method !== "percentile" && method !== "foreground") {
    throw new TypeError(
      'Cannot scale an image as the preprocessing\'s method must be "percentile" or "foreground": ' +
        `current value is "${method}"`,
    );
  }
  if (!(low >= 0 && low < high && high <= 100)) {
    throw new RangeError(
      "Cannot scale an image as the preprocessing's ranks must be 0 <= low < high <= 100: " +
        `current values are ${low} and ${high}`,
    );
  }
  if (method === "percentile") return;
  const { head, limit } = preprocessing;
  if (!(head >= 0 && head < 1 && limit > 0)) {
    throw new RangeError(
      "Cannot scale an image as the head's share must be from 0 to 1 and the limit over 0: " +
        `current values are ${head} and ${limit}`,
    );
  }
}
