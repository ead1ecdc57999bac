/**
 * Which part of something a process takes.
 *
 * @module
 */

/** A process's place in a cluster. */
export interface Place {
  readonly rank: number;
  readonly size: number;
}

/**
 * Where a process's share of `count` things (the slices of a batch, say) begins and ends. Shares lie next to each
 * other in the order of the ranks and differ by one at most; some are empty where there are fewer things than
 * processes.
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
