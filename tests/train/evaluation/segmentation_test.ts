/** How many cores a patient is segmented on. */
import assert from "node:assert/strict";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { findPatients, readPatient } from "../../../train/data/dataset.ts";
import { openSegmenter } from "../../../train/evaluation/segmentation.ts";
import { readModel } from "../../../train/export/model_folder.ts";
import { root } from "../support/run_command.ts";

Deno.test("a patient's slices go to a worker for each core unless someone says how many", async () => {
  const NativeWorker = globalThis.Worker, asked = new Set<Worker>();
  globalThis.Worker = class extends NativeWorker {
    override postMessage(message: unknown, options?: StructuredSerializeOptions | Transferable[]) {
      if ((message as { kind?: string }).kind === "segment") asked.add(this);
      super.postMessage(message, options as StructuredSerializeOptions);
    }
  };
  try {
    const model = await readModel(join(root, "edge/models/preview"));
    const [patient] = await findPatients(join(root, "train/sample"));
    const { volume } = await readPatient(patient);
    for (const size of [undefined, 1]) {
      asked.clear();
      const segmenter = await openSegmenter(model, size);
      await segmenter.segmentVolume(volume);
      segmenter.close();
      const cores = Math.min(availableParallelism(), 16);
      assert.equal(asked.size, size ?? Math.min(cores, volume.slices));
    }
  } finally {
    globalThis.Worker = NativeWorker;
  }
});
