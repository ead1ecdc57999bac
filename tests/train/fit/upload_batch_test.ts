/** What the engine is handed over is less memory, and the same numbers to learn from. */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { defaultAugmentation } from "../../../train/data/augmentation.ts";
import { type InputBatch, openTrainingInput } from "../../../train/data/training_input.ts";
import type { Kernels } from "../../../train/engine/kernels/kernels.ts";
import { Trainer } from "../../../train/fit/trainer.ts";
import { recipes } from "../../../train/fit/training_settings.ts";
import type { Batch } from "../../../train/fit/training_step.ts";
import { uploadBatch } from "../../../train/fit/upload_batch.ts";
import { initialWeights } from "../../../train/network/initialization.ts";
import { excerpt, preparedSample, preprocessing } from "../data/patients.ts";
import { testBackends } from "../support/backends.ts";

const architecture = { inputChannels: 3, outputChannels: 1, features: 2, depth: 2 };

/** Four batches of real slices with tumor, the last one smaller, in memory of their own. */
async function realBatches(): Promise<InputBatch[]> {
  const batches: InputBatch[] = [];
  const input = openTrainingInput([excerpt(await preparedSample(0), 7, 7)], {
    batchSize: 2,
    seed: 42,
    augmentation: defaultAugmentation,
    preprocessing,
    size: { height: 48, width: 48 },
    workers: 0,
  });
  for await (const { image, mask, shape } of input.batches(1)) {
    batches.push({ image: image.slice(), mask: mask.slice(), shape });
  }
  input.close();
  return batches;
}

const batches = await realBatches();

/** The batch in float32 throughout. */
function uploadWide({ image, mask, shape }: InputBatch): Batch {
  const [slices, height, width, channels] = shape;
  return {
    image: tf.tensor4d(image, [slices, height, width, channels]),
    mask: tf.tensor4d(Float32Array.from(mask), [slices, height, width, 1]),
  };
}

/** What a step on each of the batches comes to: the losses, and all that they leave behind. */
async function learn(kernels: Kernels, upload: (batch: InputBatch) => Batch) {
  const start = initialWeights(architecture, 1), losses: number[] = [];
  const trainer = await Trainer.start(architecture, kernels, recipes.best, start);
  for (const arrays of batches) {
    const { image, mask } = upload(arrays);
    losses.push(await trainer.step({ image, mask }, 0, batches.length).loss());
    tf.dispose([image, mask]);
  }
  const state = await trainer.state();
  trainer.dispose();
  return { losses, state };
}

testBackends("uploadBatch brings images and masks to the engine, masks as bytes", async () => {
  for (const batch of batches) {
    const { image, mask } = uploadBatch(batch);
    assert.equal(mask.dtype, "bool");
    assert.deepEqual(mask.shape, [...batch.shape.slice(0, 3), 1]);
    assert.deepEqual([...await mask.data()], [...batch.mask]);
    assert.deepEqual(await image.data(), batch.image);
    tf.dispose([image, mask]);
  }
  assert.ok(batches.some(({ mask }) => mask.includes(1)));
});

testBackends(
  "Trainer.step learns from masks of bytes what it would from float32, to the bit",
  async (kernels) => {
    const actual = await learn(kernels, uploadBatch);
    assert.equal(new Set(actual.losses).size, 4);
    assert.deepEqual(actual, await learn(kernels, uploadWide));
  },
  ["tensorflow", "tensorflow in whole steps", "webgpu", "wasm", "cpu"],
);
