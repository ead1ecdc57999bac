/**
 * One volume of files that hold a sequence each.
 *
 * @module
 */

import { type Sequence, sequences } from "./sequence.ts";
import type { PixelData, Volume } from "./volume.ts";

/** Volumes of one channel, by what they hold. */
export type SequenceVolumes = Readonly<Partial<Record<Sequence, Volume>>>;

/**
 * The volume with the channels pre-contrast, FLAIR, post-contrast. FLAIR stands in for a sequence that is missing, as
 * in the published data, in which 15 of the 110 patients lack one. Of different pixel types, all become floats.
 *
 * Source: M. Buda, A. Saha, M. A. Mazurowski, "Association of genomic subtypes of lower-grade gliomas with shape
 * features automatically extracted by a deep learning algorithm", Computers in Biology and Medicine 109 (2019).
 *
 * @throws {TypeError} when FLAIR is missing, or the volumes differ in size or have several channels.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const volume = (value: number) => ({
 *   data: new Uint8Array([value]), slices: 1, height: 1, width: 1, channels: 1,
 * });
 * const joined = volumeOfSequences({ FLAIR: volume(2), "post-contrast": volume(3) });
 * assert.deepEqual(joined.data, new Uint8Array([2, 2, 3]));
 * ```
 */
export function volumeOfSequences(found: SequenceVolumes): Volume {
  const { FLAIR: flair } = found;
  if (!flair) {
    const names = Object.keys(found).join(", ") || "none";
    throw new TypeError(
      `Cannot join the sequences as FLAIR must be among them: current value is ${names}`,
    );
  }
  const parts = sequences.map((name) => found[name] ?? flair);
  for (const [index, part] of parts.entries()) assertLike(sequences[index], part, flair);
  const { slices, height, width } = flair;
  const data = emptyFor(parts.map((part) => part.data), slices * height * width * parts.length);
  parts.forEach((part, channel) => {
    for (let voxel = 0; voxel < part.data.length; voxel++) {
      data[voxel * parts.length + channel] = part.data[voxel];
    }
  });
  return { data, slices, height, width, channels: parts.length };
}

function emptyFor(parts: readonly PixelData[], length: number): PixelData {
  const [{ constructor }] = parts;
  const alike = parts.every((part) => part.constructor === constructor);
  return alike
    ? new (constructor as new (length: number) => PixelData)(length)
    : new Float32Array(length);
}

function assertLike(name: Sequence, part: Volume, flair: Volume): void {
  const [actual, expected] = [part, flair].map(({ slices, height, width }) =>
    `${slices}x${height}x${width}`
  );
  if (actual === expected && part.channels === 1) return;
  throw new TypeError(
    `Cannot join the sequences as ${name} must have one channel and FLAIR's size ${expected}: ` +
      `current value is ${actual} with ${part.channels} channels`,
  );
}
