/** Pools whose workers are counted, and slices that tell the fake worker what to do. */

import { createWorkerPool, type WorkerPoolOptions } from "../../../shared/inference/worker_pool.ts";
import type { Slice } from "../../../shared/volume.ts";
import { readReference } from "./files.ts";

/** The files of the reference model. */
export const reference = await readReference();

/** Speaks the protocol without a network. */
export const fakeWorker = new URL("./crashing_worker.ts", import.meta.url);

/** A pool, and how many workers it has started and ended. */
export function createCountingPool(
  worker: URL,
  size: number,
  changes: Partial<WorkerPoolOptions> = {},
) {
  const count = { started: 0, ended: 0 };
  const pool = createWorkerPool({
    createWorker() {
      count.started++;
      const started = new Worker(worker, { type: "module" });
      const terminate = started.terminate.bind(started);
      started.terminate = () => {
        count.ended++;
        terminate();
      };
      return started;
    },
    size,
    ...reference,
    wasmBinary: worker === fakeWorker ? new Uint8Array() : reference.wasmBinary,
    ...changes,
  });
  return { pool, count };
}

/** A slice whose first value tells the fake worker what to do. */
export function slice(first: number): Slice {
  return { data: new Uint8Array([first, 0, 0, 0, 0, 0]), height: 1, width: 2, channels: 3 };
}
