/**
 * Segments slices and whole patients on all cores, by the path that the edge and the page take too.
 *
 * @module
 */
import { availableParallelism } from "node:os";
import { cleanUp } from "../../shared/inference/clean_up.ts";
import type { Segmentation } from "../../shared/inference/segment_slice.ts";
import { createWorkerPool } from "../../shared/inference/worker_pool.ts";
import { volumeScaling } from "../../shared/scaling.ts";
import { type Mask, type Slice, sliceOf, type Volume } from "../../shared/volume.ts";
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
  close(): void;
}

/** Starts workers, as many as there are cores, for a model. */
export async function openSegmenter({ card, onnx }: Model): Promise<Segmenter> {
  const pool = createWorkerPool({
    createWorker: () =>
      new Worker(new URL("../../shared/inference/worker.ts", import.meta.url), { type: "module" }),
    size: Math.min(availableParallelism(), mostWorkers),
    model: onnx,
    card,
    wasmBinary: await readRuntimeWasm(),
  });
  return {
    segmentSlice: (slice) => pool.segment(slice),
    async segmentVolume(volume, onSlice) {
      const { slices, height, width } = volume;
      const scaling = volumeScaling(volume, card.preprocessing);
      const whole = new Uint8Array(slices * height * width);
      await Promise.all(Array.from({ length: slices }, async (_, index) => {
        const { mask } = await pool.segment(sliceOf(volume, index), { scaling });
        whole.set(mask.data, index * height * width);
        onSlice?.();
      }));
      return cleanUp(card, { data: whole, shape: [slices, height, width] });
    },
    close: () => pool.close(),
  };
}
