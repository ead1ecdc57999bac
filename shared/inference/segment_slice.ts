/**
 * From one slice to its tumor outline: the one path that training's evaluation, the command line, the
 * edge and the page all take.
 *
 * @module
 */

import { averagePool, upsample } from "../downsampling.ts";
import type { ModelCard } from "../model_card.ts";
import { applyScalingPlanar, type ChannelScaling, sliceScaling } from "../scaling.ts";
import { selectSequences, type Sequence, sequences } from "../sequence.ts";
import { threshold } from "../threshold.ts";
import type { Mask, ProbabilityMap, Slice } from "../volume.ts";
import { cleanUp } from "./clean_up.ts";
import type { Engine } from "./engine.ts";

/** How long each step took, in milliseconds. */
export interface SegmentationTimings {
  /** Picking the sequences, scaling and padding. */
  readonly scaling: number;
  /** The network. */
  readonly network: number;
  /** Cropping, threshold and largest component. */
  readonly mask: number;
}

/** What a model says of a slice; probability and mask have the slice's shape [height, width]. */
export interface Segmentation {
  readonly probability: ProbabilityMap;
  readonly mask: Mask;
  readonly timings: SegmentationTimings;
}

/**
 * Segments one slice with the scaling, threshold and clean-up that the model's card names. A height or
 * width that the network cannot halve is filled up with black, which is what surrounds a head, at the bottom
 * and the right; the answer is cropped back to the slice.
 *
 * @param scaling One entry for each channel of `slice`, from the patient's whole volume, as in training; the slice is
 * then part of a volume, whose mask is to be cleaned as a whole (`cleanUp` in clean_up.ts) and is not here.
 * Absent: the slice is on its own, and scaled by its own percentiles.
 * @throws {TypeError} when the slice has not the channels the model takes, has no pixels, or `scaling` does
 * not have an entry per channel.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readFile } from "node:fs/promises";
 * import { fileURLToPath } from "node:url";
 * import { createEngine } from "./engine.ts";
 *
 * const wasm = import.meta.resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm");
 * const engine = await createEngine({
 *   model: await readFile("edge/models/reference/model.onnx"),
 *   wasmBinary: await readFile(fileURLToPath(wasm)),
 * });
 * const card = JSON.parse(await readFile("edge/models/reference/card.json", "utf8"));
 * const black = { data: new Uint8Array(50 * 30 * 3), height: 50, width: 30, channels: 3 };
 * const { probability } = await segmentSlice(engine, card, black);
 * assert.deepEqual(probability.shape, [50, 30]);
 * await engine.release();
 * ```
 */
export async function segmentSlice(
  engine: Engine,
  card: ModelCard,
  slice: Slice,
  scaling?: readonly ChannelScaling[],
): Promise<Segmentation> {
  const start = performance.now();
  const input = prepare(card, slice, scaling);
  const prepared = performance.now();
  const output = await engine.run(input.data, input.shape);
  const ran = performance.now();
  const [, , rows, columns] = input.shape, { downsampling = 1 } = card.input;
  const full = upsample(output, rows, columns, downsampling);
  const probability: ProbabilityMap = {
    data: cropped(full, columns * downsampling, slice.height, slice.width),
    shape: [slice.height, slice.width],
  };
  const thresholded = threshold(probability, card.threshold);
  const mask = scaling ? thresholded : cleanUp(card, thresholded);
  const timings = {
    scaling: prepared - start,
    network: ran - prepared,
    mask: performance.now() - ran,
  };
  return { probability, mask, timings };
}

/** The slice as the network takes it, axes [1, channels, height, width]. */
function prepare(card: ModelCard, slice: Slice, scaling?: readonly ChannelScaling[]) {
  const { height, width } = slice;
  if (height < 1 || width < 1) {
    throw new TypeError(
      `Cannot segment the slice as it must have pixels: current size is ${width}x${height}`,
    );
  }
  const { sequences: names, sizeMultiple, downsampling = 1 } = card.input;
  const multiple = sizeMultiple * downsampling;
  const input = selectSequences(slice, names);
  const picked = scaling && (input === slice ? scaling : selectScaling(scaling, names));
  const rows = Math.ceil(height / multiple) * multiple;
  const columns = Math.ceil(width / multiple) * multiple;
  const scalingOfInput = picked ?? sliceScaling(input, card.preprocessing);
  const planar = applyScalingPlanar(filledUp(input, rows, columns), scalingOfInput);
  return {
    // Planes one under the other are a plane themselves, whose rows the factor divides.
    data: averagePool(planar, input.channels * rows, columns, 1, downsampling),
    shape: [1, input.channels, rows / downsampling, columns / downsampling] as const,
  };
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

/** The upper left corner of a map. */
function cropped(map: Float32Array, columns: number, height: number, width: number): Float32Array {
  if (map.length === height * width) return map;
  const corner = new Float32Array(height * width);
  for (let row = 0; row < height; row++) {
    corner.set(map.subarray(row * columns, row * columns + width), row * width);
  }
  return corner;
}
