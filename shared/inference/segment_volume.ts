/**
 * From a patient's volume to its tumor outline, slice by slice in several workers.
 *
 * @module
 */

import type { ModelCard } from "../model_card.ts";
import { type ChannelScaling, volumeScaling } from "../scaling.ts";
import { type Mask, sliceOf, type Volume } from "../volume.ts";
import { cleanUp } from "./clean_up.ts";
import type { Segmentation } from "./segment_slice.ts";
import type { PooledModel } from "./worker_pool.ts";

/** How a volume is to be segmented. */
export interface SegmentVolumeOptions {
  /** That of the whole volume, one for each channel, where it is known. @default worked out here, from all voxels */
  readonly scaling?: readonly ChannelScaling[];
  /** Slices that are handed to the workers at once; others' slices come in between. @default 1 */
  readonly lanes?: number;
  /** Rejects with the signal's reason; slices that wait are forgotten. */
  readonly signal?: AbortSignal;
  /** Called as each slice is done, in no order, and waited for. */
  readonly onSlice?: (index: number, segmentation: Segmentation) => unknown;
}

/**
 * Segments every slice of a volume with the scaling of the whole, as in training.
 *
 * @returns The mask, shape [slices, height, width], cleaned as a whole where the card wants that; those that
 * `onSlice` gets are not yet.
 * @throws {Error} as {@linkcode PooledModel.segment} does for the first slice that fails.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readFile } from "node:fs/promises";
 *
 * const card = JSON.parse(await readFile("edge/models/reference/card.json", "utf8"));
 * // A model that calls everything tumor.
 * const model = {
 *   segment({ height, width }: { height: number; width: number }) {
 *     const shape = [height, width], size = height * width;
 *     return Promise.resolve({
 *       mask: { data: new Uint8Array(size).fill(1), shape },
 *       probability: { data: new Float32Array(size).fill(1), shape },
 *       timings: { preprocess: 0, infer: 0, postprocess: 0 },
 *     });
 *   },
 * };
 * const volume = { data: new Uint8Array(24), slices: 2, height: 2, width: 2, channels: 3 };
 * const mask = await segmentVolume(model, card, volume);
 * assert.deepEqual(mask.shape, [2, 2, 2]);
 * ```
 */
export async function segmentVolume(
  model: Pick<PooledModel, "segment">,
  card: ModelCard,
  volume: Volume,
  {
    scaling = volumeScaling(volume, card.preprocessing),
    lanes = 1,
    signal,
    onSlice,
  }: SegmentVolumeOptions = {},
): Promise<Mask> {
  const { slices, height, width } = volume;
  const data = new Uint8Array(slices * height * width);
  const failed = new AbortController();
  const either = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  let next = 0;

  async function work(): Promise<void> {
    while (next < slices) {
      const index = next++;
      const options = { scaling, signal: either, admitted: true };
      const segmentation = await model.segment(sliceOf(volume, index), options);
      data.set(segmentation.mask.data, index * height * width);
      await onSlice?.(index, segmentation);
    }
  }

  try {
    await Promise.all(Array.from({ length: Math.min(lanes, slices) }, work));
  } catch (error) {
    // What the other lanes wait for is of no use any more.
    failed.abort(error);
    throw error;
  }
  return cleanUp(card, { data, shape: [slices, height, width] });
}
