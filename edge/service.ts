/**
 * A model as the edge and the page run it: in workers, and whether it has answered yet.
 *
 * @module
 */

import {
  createWorkerPool,
  type PooledModel,
  type WorkerPoolOptions,
} from "../shared/inference/worker_pool.ts";
import type { ModelCard } from "../shared/model_card.ts";

/** What the routes need of a model; see {@linkcode PooledModel} for the errors. */
export interface SegmentationService extends PooledModel {
  readonly card: ModelCard;
  /** Whether the model has answered at least once. */
  readonly ready: boolean;
  /** Segments a small black slice, which starts the first worker and loads the model there. */
  warmUp(): Promise<void>;
}

/**
 * Workers a server may have where nobody says how many: one a core, since each uses one thread, and at most
 * eight, since each takes 150 MB or more.
 */
export function defaultWorkers(): number {
  return Math.min(navigator.hardwareConcurrency, 8);
}

/** Makes a service of a model that workers run; nothing starts before the first slice. */
export function serviceOf(pool: PooledModel, card: ModelCard): SegmentationService {
  let ready = false;

  async function markReady<Answer>(answer: Promise<Answer>): Promise<Answer> {
    await answer;
    ready = true;
    return answer;
  }

  async function warmUp(): Promise<void> {
    const side = card.input.sizeMultiple * (card.input.downsampling ?? 1);
    const channels = card.input.sequences.length;
    const data = new Uint8Array(side * side * channels);
    await markReady(pool.segment({ data, height: side, width: side, channels }));
  }

  return {
    card,
    get ready() {
      return ready;
    },
    segment: (slice, options) => markReady(pool.segment(slice, options)),
    run: (input, shape, options) => markReady(pool.run(input, shape, options)),
    warmUp,
  };
}

/** Makes a service of one model in workers of its own. */
export function createService(
  options: WorkerPoolOptions,
): SegmentationService & { readonly close: () => void } {
  const pool = createWorkerPool(options);
  return Object.assign(serviceOf(pool, options.card), { close: () => pool.close() });
}
