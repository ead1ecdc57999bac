/**
 * The MRI sequences of the published data, in the order of its channels.
 *
 * @module
 */

import type { Slice, Volume } from "./volume.ts";

/** The sequences that the three channels of a published slice hold, in their order. */
export const sequences = ["pre-contrast", "FLAIR", "post-contrast"] as const;

/** The name of one sequence. */
export type Sequence = typeof sequences[number];

/**
 * Whether a name is one of {@linkcode sequences}.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.ok(isSequence("FLAIR"));
 * assert.ok(!isSequence("T2"));
 * ```
 */
export function isSequence(name: string): name is Sequence {
  return (sequences as readonly string[]).includes(name);
}

/**
 * The channels of a slice that a model takes, in the order it takes them. A slice of three channels holds all
 * {@linkcode sequences}; a slice of one channel is taken to be the sequence asked for where that is one.
 *
 * @returns A slice with one channel per name; the same object where nothing has to be picked.
 * @throws {TypeError} when a name is not a sequence, or the slice has not the channels for them.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const slice = { data: new Uint8Array([1, 2, 3, 4, 5, 6]), height: 1, width: 2, channels: 3 };
 * assert.deepEqual(selectSequences(slice, ["FLAIR"]).data, new Uint8Array([2, 5]));
 * ```
 */
export function selectSequences(slice: Slice, names: readonly string[]): Slice {
  const indices = names.map(sequenceIndex);
  if (slice.channels === 1 && names.length === 1) return slice;
  if (slice.channels !== sequences.length) {
    const orOne = names.length === 1 ? ` or the ${names[0]} channel alone` : "";
    throw new TypeError(
      `Cannot select ${names.join(", ")} as the slice must have the channels ` +
        `${sequences.join(", ")}${orOne}: current value is ${slice.channels} channel${
          slice.channels === 1 ? "" : "s"
        }`,
    );
  }
  if (indices.length === sequences.length && indices.every((from, to) => from === to)) return slice;
  return pickChannels(slice, indices);
}

function sequenceIndex(name: string): number {
  if (!isSequence(name)) {
    throw new TypeError(
      `Cannot select a sequence as its name must be one of ${sequences.join(", ")}: ` +
        `current value is ${name}`,
    );
  }
  return sequences.indexOf(name);
}

/**
 * Some channels of a slice or a volume, in the order in which they are named.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const slice = { data: new Uint8Array([1, 2, 3, 4, 5, 6]), height: 1, width: 2, channels: 3 };
 * assert.deepEqual(pickChannels(slice, [2, 0]).data, new Uint8Array([3, 1, 6, 4]));
 * ```
 */
export function pickChannels<Image extends Slice | Volume>(
  image: Image,
  indices: readonly number[],
): Image {
  const { data, channels } = image, picked = indices.length, pixels = data.length / channels;
  // Keeps the pixels' type; the values are overwritten.
  const result = data.slice(0, pixels * picked);
  for (const [place, index] of indices.entries()) {
    for (let to = place, from = index; to < result.length; to += picked, from += channels) {
      result[to] = data[from];
    }
  }
  return { ...image, data: result, channels: picked };
}
