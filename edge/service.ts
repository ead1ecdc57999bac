/**
 * The model as the edge runs it: a pool of workers, and whether it has answered yet.
 *
 * @module
 */

import type { Segmentation } from "../shared/inference/segment_slice.ts";
import {
  createWorkerPool,
  type SegmentOptions,
  type WorkerPoolOptions,
} from "../shared/inference/worker_pool.ts";
import type { ModelCard } from "../shared/model_card.ts";
import type { Slice } from "../shared/volume.ts";

/** What the routes need of a model. */
export interface SegmentationService {
  readonly card: ModelCard;
  /** Whether the model has answered at least once. */
  readonly ready: boolean;
  /** Segments a slice; see {@linkcode createWorkerPool} for the errors. */
  segment(slice: Slice, options?: SegmentOptions): Promise<Segmentation>;
  /** Segments a small black slice, which starts the first worker and loads the model there. */
  warmUp(): Promise<void>;
  /** Ends the workers. */
  close(): void;
}

/**
 * Workers a server may have where nobody says how many: one a core, since each uses one thread, and at most
 * eight, since each takes 150 MB or more.
 */
export function defaultWorkers(): number {
  return Math.min(navigator.hardwareConcurrency, 8);
}

/** Makes a service of a model; nothing starts before the first slice. */
export function createService(options: WorkerPoolOptions): SegmentationService {
  const { card } = options;
  const pool = createWorkerPool(options);
  let ready = false;

  async function segment(slice: Slice, segmentOptions?: SegmentOptions): Promise<Segmentation> {
    const segmentation = await pool.segment(slice, segmentOptions);
    ready = true;
    return segmentation;
  }

  async function warmUp(): Promise<void> {
    const side = card.input.sizeMultiple, channels = card.input.sequences.length;
    const data = new Uint8Array(side * side * channels);
    await segment({ data, height: side, width: side, channels });
  }

  return {
    card,
    get ready() {
      return ready;
    },
    segment,
    warmUp,
    close: () => pool.close(),
  };
}
