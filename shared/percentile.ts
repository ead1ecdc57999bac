/**
 * Percentiles by linear interpolation, the ones that the scaling of a volume is built on.
 *
 * @module
 */

import type { PixelData } from "./volume.ts";

/** Which of the values to look at: every `step`th one, from index `start` on. */
export interface PercentileSelection {
  /** @default 0 */
  readonly start?: number;
  /** @default 1 */
  readonly step?: number;
  /** Only values over this one. Absent: all. */
  readonly above?: number;
}

/**
 * The percentiles of `values` at the given ranks, from 0 (minimum) to 100 (maximum). Between two values
 * the result is interpolated linearly, exactly as `numpy.percentile(..., method="linear")` does.
 *
 * One channel of interleaved pixels is `{ start: channel, step: channels }`. Values of 8 and 16 bit are
 * counted instead of sorted, so that a whole volume takes one pass over its voxels.
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
  { start = 0, step = 1, above = -Infinity }: PercentileSelection = {},
): number[] {
  ranks.forEach(assertRank);
  assertSelection(start, step);
  const { count, valueAt } = values instanceof Float32Array
    ? sortedValues(values, start, step, above)
    : countedValues(values, start, step, above);
  if (count === 0) return ranks.map(() => NaN);
  return ranks.map((rank) => interpolate(valueAt, (count - 1) * (rank / 100)));
}

/** Values in ascending order. */
interface OrderedValues {
  readonly count: number;
  /** The value at an index from 0 to `count - 1`. */
  valueAt(index: number): number;
}

function assertRank(rank: number): void {
  if (rank >= 0 && rank <= 100) return;
  throw new RangeError(
    `Cannot compute percentiles as every rank must be from 0 to 100: current value is ${rank}`,
  );
}

function assertSelection(start: number, step: number): void {
  if (Number.isInteger(start) && start >= 0 && Number.isInteger(step) && step > 0) return;
  throw new RangeError(
    "Cannot compute percentiles as start must be a whole number from 0 and step one from 1: " +
      `current values are ${start} and ${step}`,
  );
}

/** Orders values by way of a sorted copy. */
function sortedValues(
  values: Float32Array,
  start: number,
  step: number,
  above: number,
): OrderedValues {
  const sorted = new Float32Array(Math.max(0, Math.ceil((values.length - start) / step)));
  let count = 0;
  for (let i = start; i < values.length; i += step) {
    // Written so that NaN is kept: it must not vanish from the result.
    if (!(values[i] <= above)) sorted[count++] = values[i];
  }
  const kept = sorted.subarray(0, count).sort();
  // A typed array sorts NaN to its end.
  const undefinedOrder = Number.isNaN(kept[count - 1]);
  return { count, valueAt: (index) => undefinedOrder ? NaN : kept[index] };
}

/** Orders values by way of counting how often each occurs. */
function countedValues(
  values: Uint8Array | Uint16Array,
  start: number,
  step: number,
  above: number,
): OrderedValues {
  const counts = new Uint32Array(values instanceof Uint8Array ? 1 << 8 : 1 << 16);
  // Every other value is counted on its own: a count waits for the last one of the same value, as air after air.
  const others = new Uint32Array(counts.length);
  let i = start;
  for (; i + step < values.length; i += 2 * step) {
    counts[values[i]]++;
    others[values[i + step]]++;
  }
  if (i < values.length) counts[values[i]]++;
  for (let value = 0; value < counts.length; value++) counts[value] += others[value];
  if (above >= 0) counts.fill(0, 0, Math.floor(above) + 1);
  const count = counts.reduce((sum, times) => sum + times, 0);
  const valueAt = (index: number) => {
    let value = 0;
    for (let seen = counts[0]; seen <= index; seen += counts[value]) value++;
    return value;
  };
  return { count, valueAt };
}

/** Linear interpolation at a fractional position, from the nearer side as numpy does. */
function interpolate(valueAt: (index: number) => number, position: number): number {
  const index = Math.floor(position), fraction = position - index;
  const below = valueAt(index);
  if (fraction === 0) return below;
  const above = valueAt(index + 1);
  return fraction < 0.5
    ? below + (above - below) * fraction
    : above - (above - below) * (1 - fraction);
}
