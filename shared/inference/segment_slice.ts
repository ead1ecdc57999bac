/**
 * From one slice to its tumor outline: the one path that training's evaluation, the command line, the
 * edge and the page all take.
 *
 * @module
 */

import type { ModelCard } from "../model_card.ts";
import type { ChannelScaling } from "../scaling.ts";
import { threshold } from "../threshold.ts";
import type { Mask, ProbabilityMap, Slice } from "../volume.ts";
import { cleanUp } from "./clean_up.ts";
import { runNetwork } from "./constant_image.ts";
import type { Engine } from "./engine.ts";
import { networkInput } from "./network_input.ts";
import { probabilityOfSlice } from "./network_output.ts";

/** How long each step took, in milliseconds. */
export interface SegmentationTimings {
  /** Picking the sequences, scaling and padding. */
  readonly preprocess: number;
  /** The network. */
  readonly infer: number;
  /** Cropping, threshold and clean-up. */
  readonly postprocess: number;
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
  const input = networkInput(card, slice, scaling);
  const prepared = performance.now();
  const output = await runNetwork(engine, input);
  const ran = performance.now();
  const probability = probabilityOfSlice(output, input.shape, slice, card.input.downsampling);
  const thresholded = threshold(probability, card.threshold);
  const mask = scaling ? thresholded : cleanUp(card, thresholded);
  const timings = {
    preprocess: prepared - start,
    infer: ran - prepared,
    postprocess: performance.now() - ran,
  };
  return { probability, mask, timings };
}
