/**
 * Percentiles by linear interpolation, the ones that the scaling of a volume is built on.
 *
 * @module
 */

import { type FloatOrder, orderFloats } from "./float_order.ts";
import { countValues } from "./value_counts.ts";
import type { PixelData } from "./volume.ts";

/** Which of the values to look at: every `step`th one, from index `start` on. */
export interface PercentileSelection {
  /** @default 0 */
  readonly start?: number;
  /** @default 1 */
  readonly step?: number;
}

/** Values in ascending order, to be asked as often as one likes. */
export interface OrderedValues {
  readonly count: number;
  /**
   * The percentiles at the given ranks, as {@linkcode percentiles} gives them.
   *
   * @throws {RangeError} when a rank is not from 0 to 100.
   */
  percentiles(ranks: readonly number[]): number[];
  /** The values over this one; a NaN stays. */
  above(least: number): OrderedValues;
}

/**
 * The percentiles of `values` at the given ranks, from 0 (minimum) to 100 (maximum). Between two values
 * the result is interpolated linearly, exactly as `numpy.percentile(..., method="linear")` does.
 *
 * One channel of interleaved pixels is `{ start: channel, step: channels }`.
 *
 * @returns One number per rank; all NaN where there are no values, or where one of them is NaN.
 * @throws {RangeError} when a rank is not from 0 to 100, or the selection is not made of whole numbers.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.deepEqual(percentiles(new Uint8Array([4, 1, 3, 2]), [0, 50, 100]), [1, 2.5, 4]);
 * const interleaved = new Uint8Array([1, 100, 2, 200, 3, 250]);
 * assert.deepEqual(percentiles(interleaved, [50], { start: 1, step: 2 }), [200]);
 * ```
 */
export function percentiles(
  values: PixelData,
  ranks: readonly number[],
  selection?: PercentileSelection,
): number[] {
  return orderValues(values, selection).percentiles(ranks);
}

/**
 * Values put in order once, for whoever asks for several of their percentiles one after the other. Those of 8 and 16 bit
 * are counted instead of sorted, so that a whole volume takes one pass over its voxels. Floats take one more for each
 * question that is new, and `values` must stay as it is until the last.
 *
 * @throws {RangeError} when the selection is not made of whole numbers.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const ordered = orderValues(new Uint8Array([0, 0, 7, 9, 0]));
 * const [most] = ordered.percentiles([100]);
 * const bright = ordered.above(most / 2);
 * assert.deepEqual([bright.count, bright.percentiles([50])], [2, [8]]);
 * ```
 */
export function orderValues(
  values: PixelData,
  { start = 0, step = 1 }: PercentileSelection = {},
): OrderedValues {
  assertSelection(start, step);
  return values instanceof Float32Array
    ? floatValues(orderFloats(values, start, step))
    : orderCounts(countValues(values, start, step));
}

/**
 * The values that were counted, in order: as {@linkcode orderValues}, without a look at them.
 *
 * @param counts For each value from 0 on, how often it occurs, as `countValues` of `value_counts.ts` gives it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const twoZerosAndTwoTwos = orderCounts(new Uint32Array([2, 0, 2]));
 * assert.deepEqual(twoZerosAndTwoTwos.percentiles([0, 50, 100]), [0, 1, 2]);
 * ```
 */
export function orderCounts(counts: Uint32Array): OrderedValues {
  return countedValues(counts, 0);
}

/**
 * The values of each channel of interleaved pixels, put in order once for all that is to be known of them: how to scale
 * them, how to show them, whether they are usual.
 *
 * @param picture A slice [height, width, channels] or a volume [slices, height, width, channels].
 * @returns One for each channel.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const [t1, flair] = orderChannels({ data: new Uint8Array([1, 20, 3, 40]), channels: 2 });
 * assert.deepEqual([t1.percentiles([50]), flair.percentiles([100])], [[2], [40]]);
 * ```
 */
export function orderChannels(
  { data, channels }: { readonly data: PixelData; readonly channels: number },
): OrderedValues[] {
  return Array.from(
    { length: channels },
    (_, channel) => orderValues(data, { start: channel, step: channels }),
  );
}

function assertSelection(start: number, step: number): void {
  if (Number.isInteger(start) && start >= 0 && Number.isInteger(step) && step > 0) return;
  throw new RangeError(
    "Cannot compute percentiles as start must be a whole number from 0 and step one from 1: " +
      `current values are ${start} and ${step}`,
  );
}

function floatValues(order: FloatOrder): OrderedValues {
  return {
    count: order.count,
    percentiles: (ranks) => percentilesOf(order.count, (indices) => order.at(indices), ranks),
    above: (least) => floatValues(order.above(least)),
  };
}

/** The values from `first` on. */
function countedValues(counts: Uint32Array, first: number): OrderedValues {
  let count = 0;
  for (let value = first; value < counts.length; value++) count += counts[value];
  const valueAt = (index: number) => {
    let value = first;
    for (let seen = counts[first]; seen <= index; seen += counts[value]) value++;
    return value;
  };
  return {
    count,
    percentiles: (ranks) => percentilesOf(count, (indices) => indices.map(valueAt), ranks),
    above: (least) => countedValues(counts, Math.max(first, Math.floor(least) + 1)),
  };
}

/** @param valuesAt The values at indices from 0 to `count - 1`, in ascending order. */
function percentilesOf(
  count: number,
  valuesAt: (indices: readonly number[]) => number[],
  ranks: readonly number[],
): number[] {
  ranks.forEach(assertRank);
  if (count === 0) return ranks.map(() => NaN);
  const positions = ranks.map((rank) => (count - 1) * (rank / 100));
  // At a whole position, such as the last, nothing above it is needed.
  const values = valuesAt(
    positions.flatMap((position) => [Math.floor(position), Math.ceil(position)]),
  );
  return positions.map((position, i) =>
    interpolate(values[2 * i], values[2 * i + 1], position % 1)
  );
}

function assertRank(rank: number): void {
  if (rank >= 0 && rank <= 100) return;
  throw new RangeError(
    `Cannot compute percentiles as every rank must be from 0 to 100: current value is ${rank}`,
  );
}

/** Linear interpolation at a fraction from 0 to 1, from the nearer side as numpy does. */
function interpolate(below: number, above: number, fraction: number): number {
  if (fraction === 0) return below;
  return fraction < 0.5
    ? below + (above - below) * fraction
    : above - (above - below) * (1 - fraction);
}
