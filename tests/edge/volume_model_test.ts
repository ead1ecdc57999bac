/** A real patient through the real network: the API's mask is the one that training measures. */

import assert from "node:assert/strict";
import { unzipSync, zipSync } from "fflate";
import { createApp } from "../../edge/app.ts";
import type { VolumeAnswer } from "../../edge/answer.ts";
import { chooseModels } from "../../edge/choose_models.ts";
import { createDecoders } from "../../edge/decoding/decoders.ts";
import { startInlineThread } from "../../edge/decoding/inline_thread.ts";
import { defaultLimits } from "../../edge/limits.ts";
import { createRegistry } from "../../edge/model_registry.ts";
import { decodeImage, decodeMask } from "../../shared/image/decode.ts";
import { createWorkers } from "../../shared/inference/workers.ts";
import { stackSlices } from "../../shared/stack_slices.ts";
import { openSegmenter } from "../../train/evaluation/segmentation.ts";
import { readBytes, readReference, root, slicePath } from "./support/files.ts";

Deno.test("POST /v1/volumes outlines a patient as deno task evaluate does", async () => {
  const { wasmBinary, model, card } = await readReference();
  const numbers = [3, 15, 17];
  const paths = numbers.map((number) => slicePath.replace("_17.tif", `_${number}.tif`));
  const bytes = await Promise.all(paths.map(readBytes));
  const worker = new URL("shared/inference/worker.ts", root);
  const createWorker = () => new Worker(worker, { type: "module" });
  const engines = [{ name: "wasm", createWorker, settings: { wasmBinary } }];
  const workers = createWorkers({ engines, size: 2 });
  const choice = await chooseModels(new URL("edge/models/", root), card.name);
  const limits = defaultLimits;
  const app = createApp({
    limits,
    decoders: createDecoders({ start: startInlineThread, limits }),
    models: await createRegistry({ ...choice, workers }),
    loadAssets: () => Promise.resolve(new Map()),
  });
  const body = zipSync(
    Object.fromEntries(paths.map((path, index) => [path.split("/").at(-1)!, bytes[index]])),
  );
  const response = await app.request("/v1/volumes?output=json", { method: "POST", body });
  const { mask, largestSlice, slices } = await response.json() as VolumeAnswer;
  workers.close();

  const segmenter = await openSegmenter({ card, onnx: model });
  const volume = stackSlices(await Promise.all(bytes.map((slice) => decodeImage(slice))));
  const expected = await segmenter.segmentVolume(volume);
  segmenter.close();
  const files = Object.values(unzipSync(Uint8Array.fromBase64(mask.base64)));
  for (const [index, file] of files.entries()) {
    const { data } = await decodeMask(file);
    assert.deepEqual(data, expected.data.subarray(index * data.length, (index + 1) * data.length));
  }
  assert.equal(largestSlice, 2);
  assert.deepEqual(slices[0], { name: slices[0].name, areaPixels: 0, meanProbability: null });
});
