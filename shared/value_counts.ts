/**
 * How often each value of 8 or 16 bit occurs: what sorting so few different values comes down to.
 *
 * @module
 */

/**
 * Counts the selected values: every `step`th one, from index `start` on.
 *
 * @returns For each value from 0 on, how often it occurs; 256 counts for 8 bits, 65536 for 16.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const counts = countValues(new Uint8Array([7, 0, 9, 0, 7, 0]), 0, 2);
 * assert.deepEqual([counts[0], counts[7], counts[9]], [0, 2, 1]);
 * ```
 */
export function countValues(
  values: Uint8Array | Uint16Array,
  start: number,
  step: number,
): Uint32Array {
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
  return counts;
}

/**
 * Counts the values of each channel of interleaved pixels: all that any scaling by percentiles asks of a volume.
 *
 * @param picture A slice [height, width, channels] or a volume [slices, height, width, channels].
 * @returns One for each channel, as {@linkcode countValues} gives it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const [t1, flair] = countChannels({ data: new Uint8Array([1, 20, 1, 40]), channels: 2 });
 * assert.deepEqual([t1[1], t1[20], flair[20], flair[40]], [2, 0, 1, 1]);
 * ```
 */
export function countChannels(
  { data, channels }: { readonly data: Uint8Array | Uint16Array; readonly channels: number },
): Uint32Array[] {
  return Array.from({ length: channels }, (_, channel) => countValues(data, channel, channels));
}
