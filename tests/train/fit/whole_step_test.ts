/** A step as one TensorFlow function: issued as one op, the same training, whatever changes from step to step. */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import type { NodeJSKernelBackend } from "@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js";
import { openBackend, type StepIssue } from "../../../train/engine/backend.ts";
import { type Precision, precisions } from "../../../train/engine/kernels/precision.ts";
import { Trainer, type TrainerState } from "../../../train/fit/trainer.ts";
import { recipes, type TrainingSettings } from "../../../train/fit/training_settings.ts";
import type { Batch } from "../../../train/fit/upload_batch.ts";
import { initialWeights } from "../../../train/network/initialization.ts";
import type { StateDict } from "../../../train/network/state_dict.ts";
import { testBackends } from "../support/backends.ts";
import { opsOf } from "../support/ops_of.ts";

const architecture = { inputChannels: 3, outputChannels: 1, features: 16, depth: 3 };

/** Learning rate, momentum, what weight decay leaves and the average's decay are others at every step. */
const settings: TrainingSettings = { ...recipes.best, averageDecay: 0.9 };
const steps = 12;

async function startTrainer(
  precision: Precision,
  issue: StepIssue,
  start: StateDict | TrainerState = initialWeights(architecture, 1),
): Promise<Trainer> {
  const { kernels } = await openBackend("tensorflow", precision, { issue, deterministic: true });
  return await Trainer.start(architecture, kernels, settings, start);
}

/** Slices of noise; a fifth of the pixels is tumor. */
function randomBatch(slices: number, seed: number): Batch {
  const random = (channels: number, seed: number) =>
    tf.randomUniform([slices, 32, 32, channels], 0, 1, "float32", seed) as tf.Tensor4D;
  return tf.tidy(() => {
    const mask = tf.less(random(1, seed + 100), 0.2) as tf.Tensor4D;
    return { image: random(3, seed), mask };
  });
}

/** Takes the steps from one to another, each on a batch of its own, the fourth one's with fewer slices; the losses. */
async function learn(trainer: Trainer, from: number, to: number): Promise<number[]> {
  const losses: number[] = [];
  for (let step = from; step < to; step++) {
    const batch = randomBatch(step === 3 ? 2 : 4, step);
    losses.push(await trainer.step(batch, 0, steps).loss());
    tf.dispose([batch.image, batch.mask]);
  }
  return losses;
}

for (const precision of precisions) {
  const inPrecision = (criterion: string, check: () => Promise<void>) =>
    testBackends(`Trainer.step in whole steps of ${precision} ${criterion}`, check, ["tensorflow"]);

  inPrecision("has the losses of steps op by op", async () => {
    const whole = await startTrainer(precision, "whole"),
      single = await startTrainer(precision, "ops");
    const losses = await learn(whole, 0, 8), expected = await learn(single, 0, 8);
    const tolerance = precision === "fp32" ? 1e-4 : 5e-3;
    losses.forEach((loss, step) => {
      const error = Math.abs(loss - expected[step]);
      assert.ok(error < tolerance, `step ${step}: ${loss}, not ${expected[step]}`);
    });
    whole.dispose();
    single.dispose();
  });

  inPrecision("goes on from a state to the bit, recorded anew by then", async () => {
    const whole = await startTrainer(precision, "whole");
    await learn(whole, 0, 3);
    const resumed = await startTrainer(precision, "whole", await whole.state());
    assert.deepEqual(await learn(resumed, 3, 8), await learn(whole, 3, 8));
    assert.deepEqual(await resumed.state(), await whole.state());
    whole.dispose();
    resumed.dispose();
  });
}

testBackends("Trainer.step in whole steps is one op, and leaves no tensors behind", async () => {
  const { binding } = tf.backend() as NodeJSKernelBackend;
  const tensors = () => [tf.memory().numTensors, binding.getNumOfTensors()];
  const trainer = await startTrainer("fp32", "whole"), batch = randomBatch(4, 1);
  await trainer.step(batch, 0, steps).loss();
  const before = tensors();
  for (let step = 1; step < 4; step++) {
    let loss: Promise<number> | undefined;
    const ops = opsOf(() => loss = trainer.step(batch, 0, steps).loss());
    assert.deepEqual(Object.values(ops), [1], JSON.stringify(ops));
    await loss;
  }
  assert.deepEqual(tensors(), before);
  tf.dispose([batch.image, batch.mask]);
  trainer.dispose();
}, ["tensorflow"]);

testBackends(
  "Trainer.step in whole steps forgets functions of shapes long unseen, and makes them anew",
  async () => {
    const trainer = await startTrainer("fp32", "whole");
    const isKnown = async (slices: number) => {
      const batch = randomBatch(slices, slices);
      let loss: Promise<number> | undefined;
      const ops = opsOf(() => loss = trainer.step(batch, 0, steps).loss());
      assert.ok(Number.isFinite(await loss));
      tf.dispose([batch.image, batch.mask]);
      return Object.keys(ops).length === 1;
    };
    for (let slices = 1; slices <= 8; slices++) assert.ok(!await isKnown(slices));
    assert.ok(await isKnown(1), "eight are kept");
    assert.ok(!await isKnown(9));
    assert.ok(await isKnown(1), "it was used a moment ago");
    assert.ok(!await isKnown(2), "it was the one longest out of use");
    trainer.dispose();
  },
  ["tensorflow"],
);
