/**
 * Mean and variance of a whole batch from those of its shares.
 *
 * @module
 */

/** Statistics of the pixels of one image, by channel. */
export interface BatchStatistics {
  /** Pixels in each channel. */
  readonly count: number;
  readonly mean: Float64Array;
  /** Sum of the squared differences from the mean. */
  readonly squares: Float64Array;
}

/**
 * Merges the statistics of shares.
 *
 * @param rows For each share: the mean of each channel, the unbiased variance of each channel, the number of pixels. A
 * share may have none.
 *
 * Source: Chan, Golub, LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances" (1979):
 * no difference of large numbers, which is what the sum of the squares less the square of the sum would be.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * // One channel: the values 1, 3 and, in another share, 5.
 * const { count, mean, squares } = mergeStatistics(Float32Array.of(2, 2, 2, 5, 0, 1), 1);
 * assert.equal(count, 3);
 * assert.deepEqual([...mean], [3]);
 * assert.deepEqual([...squares], [8]);
 * ```
 */
export function mergeStatistics(rows: Float32Array, channels: number): BatchStatistics {
  const merged = {
    count: 0,
    mean: new Float64Array(channels),
    squares: new Float64Array(channels),
  };
  const width = 2 * channels + 1;
  for (let start = 0; start < rows.length; start += width) {
    const added = rows[start + 2 * channels], before = merged.count;
    if (added === 0) continue;
    merged.count += added;
    for (let channel = 0; channel < channels; channel++) {
      const difference = rows[start + channel] - merged.mean[channel];
      merged.mean[channel] += difference * added / merged.count;
      merged.squares[channel] += rows[start + channels + channel] * (added - 1) +
        difference ** 2 * before * added / merged.count;
    }
  }
  return merged;
}
