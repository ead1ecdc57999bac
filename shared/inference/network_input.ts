/**
 * From a slice to what a network takes, the same for training's checks, the command line, the edge and the page.
 *
 * @module
 */

import { averagePool } from "../downsampling.ts";
import {
  applyScalingPlanar,
  type ChannelScaling,
  type Preprocessing,
  sliceScaling,
} from "../scaling.ts";
import { selectSequences, type Sequence, sequences } from "../sequence.ts";
import type { Slice } from "../volume.ts";

/** What a network wants of a slice, as its card says it. */
export interface NetworkInput {
  readonly preprocessing: Preprocessing;
  readonly input: {
    readonly sequences: readonly string[];
    /** What height and width must be a multiple of, after downsampling. */
    readonly sizeMultiple: number;
    /** @default 1 */
    readonly downsampling?: number;
  };
}

/** Scaled values, and their axes [1, channels, height, width]. */
export interface NetworkImage {
  readonly data: Float32Array;
  readonly shape: readonly [1, number, number, number];
}

/**
 * A slice as the network takes it: its sequences picked, scaled, filled up with black at the bottom and the right to a
 * size that the network can halve, and downsampled.
 *
 * @param scaling One entry for each channel of `slice`. Absent: the slice is scaled by its own percentiles.
 * @throws {TypeError} when the slice has not the channels the network takes, has no pixels, or `scaling` does not have an
 * entry per channel.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { referencePreprocessing } from "../scaling.ts";
 * const input = { sequences: ["FLAIR"], sizeMultiple: 4, downsampling: 2 };
 * const slice = { data: new Uint8Array(9 * 7 * 3), height: 9, width: 7, channels: 3 };
 * const { shape } = networkInput({ preprocessing: referencePreprocessing, input }, slice);
 * assert.deepEqual(shape, [1, 1, 8, 4]);
 * ```
 */
export function networkInput(
  { preprocessing, input: { sequences: names, sizeMultiple, downsampling = 1 } }: NetworkInput,
  slice: Slice,
  scaling?: readonly ChannelScaling[],
): NetworkImage {
  const { height, width } = slice;
  if (height < 1 || width < 1) {
    throw new TypeError(
      `Cannot segment the slice as it must have pixels: current size is ${width}x${height}`,
    );
  }
  const input = selectSequences(slice, names);
  const picked = scaling && (input === slice ? scaling : selectScaling(scaling, names));
  const fit = { sizeMultiple, downsampling };
  return fittedImage(fit, input, picked ?? sliceScaling(input, preprocessing));
}

/**
 * The second half of {@linkcode networkInput}, for a slice whose sequences are picked already and whose scaling is
 * known, as in training: scaled, filled up with black, and downsampled.
 *
 * @param slice Has pixels, and the channels that the network takes.
 * @param scaling One entry for each of them.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const slice = { data: new Uint8Array([10, 20]), height: 1, width: 2, channels: 1 };
 * const scaling = { offset: 0, divisor: 20, minimum: 0, maximum: 1 };
 * const { data, shape } = fittedImage({ sizeMultiple: 2, downsampling: 1 }, slice, [scaling]);
 * assert.deepEqual(data, new Float32Array([0.5, 1, 0, 0]));
 * assert.deepEqual(shape, [1, 1, 2, 2]);
 * ```
 */
export function fittedImage(
  { sizeMultiple, downsampling }: Required<Omit<NetworkInput["input"], "sequences">>,
  slice: Slice,
  scaling: readonly ChannelScaling[],
): NetworkImage {
  const { channels } = slice, multiple = sizeMultiple * downsampling;
  const rows = fittingLength(slice.height, multiple);
  const columns = fittingLength(slice.width, multiple);
  const planar = applyScalingPlanar(filledUp(slice, rows, columns), scaling);
  return {
    // Planes one under the other are a plane themselves, whose rows the factor divides.
    data: averagePool(planar, channels * rows, columns, 1, downsampling),
    shape: [1, channels, rows / downsampling, columns / downsampling],
  };
}

/**
 * The least multiple that a side of so many pixels can be filled up to.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.deepEqual([240, 256].map((length) => fittingLength(length, 32)), [256, 256]);
 * ```
 */
export function fittingLength(length: number, multiple: number): number {
  return Math.ceil(length / multiple) * multiple;
}

/** A volume's scaling has an entry for every sequence, of which the model may take but a few. */
function selectScaling(
  scaling: readonly ChannelScaling[],
  names: readonly string[],
): ChannelScaling[] {
  if (scaling.length !== sequences.length) {
    throw new TypeError(
      `Cannot scale a slice as there must be one scaling for each of its ${sequences.length} ` +
        `channels: current value is ${scaling.length}`,
    );
  }
  return names.map((name) => scaling[sequences.indexOf(name as Sequence)]);
}

/** The slice with black rows below it and black columns on its right. */
function filledUp(slice: Slice, rows: number, columns: number): Slice {
  const { data, height, width, channels } = slice;
  if (rows === height && columns === width) return slice;
  const filled = data.slice(0, 0).constructor as new (length: number) => typeof data;
  const larger = new filled(rows * columns * channels);
  for (let row = 0; row < height; row++) {
    const line = data.subarray(row * width * channels, (row + 1) * width * channels);
    larger.set(line as Uint8Array, row * columns * channels);
  }
  return { data: larger, height: rows, width: columns, channels };
}
