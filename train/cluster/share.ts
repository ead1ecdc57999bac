/**
 * Which part of a batch a process learns from.
 *
 * @module
 */
import type { InputBatch } from "../data/training_input.ts";

/** A process's place in a cluster. */
export interface Place {
  readonly rank: number;
  readonly size: number;
}

/**
 * Where a process's share of `count` slices begins and ends. Shares lie next to each other in the order of the
 * ranks and differ by one slice at most; a share is empty where there are fewer slices than processes.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.deepEqual(shareRange(8, { rank: 0, size: 3 }), [0, 3]);
 * assert.deepEqual(shareRange(8, { rank: 1, size: 3 }), [3, 6]);
 * assert.deepEqual(shareRange(8, { rank: 2, size: 3 }), [6, 8]);
 * assert.deepEqual(shareRange(1, { rank: 2, size: 3 }), [1, 1]);
 * ```
 */
export function shareRange(count: number, { rank, size }: Place): [from: number, to: number] {
  const each = Math.floor(count / size), larger = count % size;
  const from = rank * each + Math.min(rank, larger);
  return [from, from + each + (rank < larger ? 1 : 0)];
}

/** A process's share of a batch; a view. */
export function shareOfBatch({ image, mask, shape }: InputBatch, place: Place): InputBatch {
  const [slices, height, width, channels] = shape, pixels = height * width;
  const [from, to] = shareRange(slices, place);
  return {
    image: image.subarray(from * pixels * channels, to * pixels * channels),
    mask: mask.subarray(from * pixels, to * pixels),
    shape: [to - from, height, width, channels],
  };
}
