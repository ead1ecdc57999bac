/**
 * Segments slices and whole patients on all cores, by the path that the edge and the page take too.
 *
 * @module
 */
import { availableParallelism } from "node:os";
import type { Segmentation } from "../../shared/inference/segment_slice.ts";
import { segmentVolume } from "../../shared/inference/segment_volume.ts";
import { createWorkerPool } from "../../shared/inference/worker_pool.ts";
import type { Mask, Slice, Volume } from "../../shared/volume.ts";
import type { Model } from "../export/model_folder.ts";
import { readRuntimeWasm } from "../export/onnx_runtime.ts";

/** A worker takes some 200 MB; more of them than this gain little and cost memory. */
const mostWorkers = 16;

/** A model, ready to segment. Call `close` when done: its workers keep the process alive. */
export interface Segmenter {
  /** One slice by its own percentiles. */
  segmentSlice(slice: Slice): Promise<Segmentation>;
  /**
   * A patient by the percentiles of the whole volume.
   *
   * @param onSlice Called as each slice is done.
   * @returns The mask, shape [slices, height, width], cleaned as the model's card wants it.
   */
  segmentVolume(volume: Volume, onSlice?: () => void): Promise<Mask>;
  /** Of the model, as its card has them. */
  readonly name: string;
  readonly version: string;
  close(): void;
}

/** Starts workers for a model, as many as there are cores unless someone says. */
export async function openSegmenter(
  { card, onnx }: Model,
  size = Math.min(availableParallelism(), mostWorkers),
): Promise<Segmenter> {
  const pool = createWorkerPool({
    createWorker: () =>
      new Worker(new URL("../../shared/inference/worker.ts", import.meta.url), { type: "module" }),
    size,
    model: onnx,
    card,
    wasmBinary: await readRuntimeWasm(),
  });
  return {
    name: card.name,
    version: card.version,
    segmentSlice: (slice) => pool.segment(slice),
    segmentVolume: (volume, onSlice) =>
      segmentVolume(pool, card, volume, { lanes: size, onSlice: () => onSlice?.() }),
    close: () => pool.close(),
  };
}
