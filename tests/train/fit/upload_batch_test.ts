/** What the engine is handed over is less memory, and the same numbers to learn from. */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import type { NodeJSKernelBackend } from "@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js";
import { defaultAugmentation } from "../../../train/data/augmentation.ts";
import { type InputBatch, openTrainingInput } from "../../../train/data/training_input.ts";
import { openBackend } from "../../../train/engine/backend.ts";
import { allocateAligned } from "../../../train/engine/tensorflow/aligned_memory.ts";
import { isBfloat16 } from "../../../train/engine/kernels/bfloat16.ts";
import type { Kernels } from "../../../train/engine/kernels/kernels.ts";
import type { Precision } from "../../../train/engine/kernels/precision.ts";
import { Trainer } from "../../../train/fit/trainer.ts";
import { recipes } from "../../../train/fit/training_settings.ts";
import { type Batch, uploadBatch } from "../../../train/fit/upload_batch.ts";
import { initialWeights } from "../../../train/network/initialization.ts";
import type { UNetArchitecture } from "../../../train/network/unet_architecture.ts";
import { excerpt, preparedSample, preprocessing } from "../data/patients.ts";
import { testBackends } from "../support/backends.ts";
import { opsOf } from "../support/ops_of.ts";

const architecture = { inputChannels: 3, outputChannels: 1, features: 2, depth: 2 };
const separable = { ...architecture, separable: true } as const;

/** Four batches of real slices with tumor, the last one smaller, in memory of their own. */
async function realBatches(precision: Precision): Promise<InputBatch[]> {
  const batches: InputBatch[] = [];
  const input = openTrainingInput([excerpt(await preparedSample(0), 7, 7)], {
    batchSize: 2,
    seed: 42,
    augmentation: defaultAugmentation,
    preprocessing,
    size: { height: 48, width: 48 },
    precision,
    workers: 0,
  });
  for await (const { image, mask, shape } of input.batches(1)) {
    batches.push({ image: image.slice(), mask: mask.slice(), shape });
  }
  input.close();
  return batches;
}

const batches = await realBatches("fp32"), rounded = await realBatches("bf16");

/** The batch in float32 throughout. */
function uploadWide({ image, mask, shape }: InputBatch): Batch {
  const [slices, height, width, channels] = shape;
  return {
    image: tf.tensor4d(image as Float32Array, [slices, height, width, channels]),
    mask: tf.tensor4d(Float32Array.from(mask), [slices, height, width, 1]),
  };
}

/** What a step on each of the batches comes to, uploaded one by one: the losses, and all that they leave behind. */
async function learn(
  kernels: Kernels,
  upload: (batch: number) => Batch | Promise<Batch>,
  network: UNetArchitecture = architecture,
) {
  const start = initialWeights(network, 1), losses: number[] = [];
  const trainer = await Trainer.start(network, kernels, recipes.best, start);
  for (const index of batches.keys()) {
    const { image, mask } = await upload(index);
    losses.push(await trainer.step({ image, mask }, 0, batches.length).loss());
    tf.dispose([image, mask]);
  }
  const state = await trainer.state();
  trainer.dispose();
  return { losses, state };
}

testBackends("uploadBatch brings images and masks to the engine, masks as bytes", async () => {
  for (const batch of batches) {
    const { image, mask } = await uploadBatch(batch);
    assert.equal(mask.dtype, "bool");
    assert.deepEqual(mask.shape, [...batch.shape.slice(0, 3), 1]);
    assert.deepEqual([...await mask.data()], [...batch.mask]);
    assert.deepEqual(await image.data(), batch.image);
    tf.dispose([image, mask]);
  }
  assert.ok(batches.some(({ mask }) => mask.includes(1)));
});

testBackends(
  "uploadBatch leaves arrays that may be overwritten as soon as it is done",
  async () => {
    const expected = batches[0], image = allocateAligned(expected.image.byteLength);
    const arrays = {
      image: new Float32Array(image.buffer, image.byteOffset, expected.image.length),
      mask: allocateAligned(expected.mask.length),
    };
    arrays.image.set(expected.image);
    arrays.mask.set(expected.mask);
    const uploaded = await uploadBatch({ ...expected, ...arrays });
    for (const array of Object.values(arrays)) array.fill(2);
    assert.deepEqual(await uploaded.image.data(), expected.image);
    assert.deepEqual([...await uploaded.mask.data()], [...expected.mask]);
    tf.dispose([uploaded.image, uploaded.mask]);
  },
  ["tensorflow", "webgpu", "wasm", "cpu"],
);

testBackends(
  "uploadBatch of no slices leaves the arrays, whose memory may travel on",
  async () => {
    const image = new Float32Array(96).subarray(0, 0), mask = new Uint8Array(32).subarray(0, 0);
    const uploaded = await uploadBatch({ image, mask, shape: [0, 4, 4, 3] });
    structuredClone(image, { transfer: [image.buffer, mask.buffer] });
    assert.deepEqual(await tf.add(uploaded.image, 1).data(), new Float32Array());
    assert.equal((await tf.logicalNot(uploaded.mask as tf.Tensor).data()).length, 0);
    tf.dispose([uploaded.image, uploaded.mask]);
  },
  ["tensorflow", "wasm", "cpu"],
);

testBackends(
  "Trainer.step learns from masks of bytes what it would from float32, to the bit",
  async (kernels) => {
    const actual = await learn(kernels, (index) => uploadBatch(batches[index]));
    assert.equal(new Set(actual.losses).size, 4);
    assert.deepEqual(actual, await learn(kernels, (index) => uploadWide(batches[index])));
  },
  ["tensorflow", "tensorflow in whole steps", "webgpu", "wasm", "cpu"],
);

testBackends(
  "uploadBatch brings images of bfloat16 to TensorFlow, which has nothing to narrow then",
  async () => {
    const { kernels } = await openBackend("tensorflow", "bf16");
    const { binding } = tf.backend() as NodeJSKernelBackend;
    const before = [tf.memory().numTensors, binding.getNumOfTensors()];
    for (const batch of rounded) {
      const { image, mask } = await uploadBatch(batch),
        numbers = await image.data() as Float32Array;
      assert.ok(isBfloat16(image) && !isBfloat16(mask));
      assert.deepEqual(image.shape, batch.shape);
      assert.deepEqual(opsOf(() => assert.equal(kernels.narrow(image), image)), {});
      const words = new Uint32Array(numbers.slice().buffer);
      assert.deepEqual(Uint16Array.from(words, (word) => word >>> 16), batch.image);
      assert.ok(words.every((word) => (word & 0xffff) === 0));
      tf.dispose([image, mask]);
    }
    assert.deepEqual([tf.memory().numTensors, binding.getNumOfTensors()], before);
  },
  ["tensorflow"],
);

testBackends(
  "Trainer.step in bf16 learns from images of bfloat16 what it would from float32, to the bit",
  async ({ runAsOne }) => {
    const issue = runAsOne && "whole";
    const { kernels } = await openBackend("tensorflow", "bf16", { issue, deterministic: true });
    const { binding } = tf.backend() as NodeJSKernelBackend;
    // On a GPU the gradient of a depthwise convolution is another in its last digits each time.
    const networks = binding.isUsingGpuDevice() ? [architecture] : [architecture, separable];
    for (const network of networks) {
      const learnFrom = (upload: Parameters<typeof learn>[1]) => learn(kernels, upload, network);
      const expected = await learnFrom((index) => uploadWide(batches[index]));
      const actual = await learnFrom((index) => uploadBatch(rounded[index]));
      assert.equal(new Set(actual.losses).size, 4);
      assert.deepEqual(actual, expected);
    }
  },
  ["tensorflow", "tensorflow in whole steps"],
);

testBackends(
  "Trainer.step in whole steps of bf16 takes images of bfloat16 and of float32 after each other",
  async () => {
    const { kernels } = await openBackend("tensorflow", "bf16", {
      issue: "whole",
      deterministic: true,
    });
    const expected = await learn(kernels, (index) => uploadBatch(rounded[index])),
      { warn } = console;
    const warnings: string[] = [];
    console.warn = (warning: string) => void warnings.push(warning);
    try {
      const mixed = await learn(
        kernels,
        (index) => uploadBatch((index % 2 ? batches : rounded)[index]),
      );
      assert.deepEqual(mixed, expected);
    } finally {
      console.warn = warn;
    }
    assert.deepEqual(warnings, []);
  },
  ["tensorflow"],
);

testBackends("uploadBatch refuses images of bfloat16 where the engine has none", async () => {
  await assert.rejects(
    () => uploadBatch(rounded[0]),
    /the backend must be tensorflow: current value is cpu/,
  );
}, ["cpu"]);
