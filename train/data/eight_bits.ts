/**
 * Volumes of more than 8 bits made like the published ones, which were 16 bits in the scanner and are 8 in the data set:
 * training keeps its patients in memory, and 255 steps from the darkest voxel to the brightest are enough for it.
 *
 * @module
 */
import { percentiles } from "../../shared/percentile.ts";
import type { Volume } from "../../shared/volume.ts";

/** What is brighter than this share of a channel's voxels, a vessel as a rule, is as bright as it. */
const topRank = 99.9;

/**
 * The volume with each channel stretched from its least value, 0, to its 99.9th percentile, 255; the same object where
 * it has 8 bits already. A constant channel becomes 0.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const volume = { data: new Float32Array([-100, 100, 300]), slices: 1, height: 1, width: 3, channels: 1 };
 * assert.deepEqual(inEightBits(volume).data, new Uint8Array([0, 128, 255]));
 * ```
 */
export function inEightBits(volume: Volume): Volume {
  const { data, channels } = volume;
  if (data instanceof Uint8Array) return volume;
  const result = new Uint8Array(data.length);
  for (let channel = 0; channel < channels; channel++) {
    const [least, top] = percentiles(data, [0, topRank], { start: channel, step: channels });
    const scale = top > least ? 255 / (top - least) : 0;
    for (let i = channel; i < data.length; i += channels) {
      result[i] = Math.min(255, Math.round((data[i] - least) * scale));
    }
  }
  return { ...volume, data: result };
}
