/**
 * Training as on a GPU under TensorFlow, where other threads copy batches and read losses: here on the processor, which
 * is said to be one.
 */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { defaultAugmentation } from "../../../train/data/augmentation.ts";
import { openTrainingInput } from "../../../train/data/training_input.ts";
import { openBackend, type StepIssue } from "../../../train/engine/backend.ts";
import { tensorFlowBackend } from "../../../train/engine/kernels/tensorflow_backend.ts";
import type { Precision } from "../../../train/engine/kernels/precision.ts";
import { TensorFlowBinding } from "../../../train/engine/tensorflow/binding.ts";
import { fit } from "../../../train/fit/fit.ts";
import { Trainer } from "../../../train/fit/trainer.ts";
import { recipes } from "../../../train/fit/training_settings.ts";
import { initialWeights } from "../../../train/network/initialization.ts";
import { excerpt, preparedSample, preprocessing } from "../data/patients.ts";
import { testBackends } from "../support/backends.ts";

const architecture = { inputChannels: 3, outputChannels: 1, features: 2, depth: 2 };
const settings = { ...recipes.reference, epochs: 2, batchSize: 3, averageDecay: 0.9 };
const validation = { loss: NaN, patients: [] };
const patient = excerpt(await preparedSample(0), 7, 11);

/** The losses of two epochs of four batches, which two workers make, and all that they leave behind. */
async function learn(precision: Precision, issue: StepIssue) {
  const { kernels } = await openBackend("tensorflow", precision, { issue, deterministic: true });
  const input = openTrainingInput([patient], {
    ...settings,
    augmentation: defaultAugmentation,
    preprocessing,
    crop: undefined,
    size: { height: 48, width: 48 },
    precision,
    workers: 2,
  });
  const losses: number[] = [], happened: string[] = [], { batches } = input;
  input.batches = async function* (...position) {
    happened.push("ask");
    for await (const batch of batches(...position)) {
      yield batch;
      happened.push("ask");
    }
  };
  const trainer = await Trainer.start(
    architecture,
    kernels,
    settings,
    initialWeights(architecture, 1),
  );
  const step = trainer.step.bind(trainer);
  trainer.step = (...args) => {
    happened.push("step");
    return step(...args);
  };
  await fit(trainer, input, () => Promise.resolve(validation as never), settings, {
    isLooking: () => false,
    onStep: (_progress, loss) => void losses.push(loss),
  });
  const state = await trainer.state();
  trainer.dispose();
  input.close();
  return { learned: { losses, state }, happened: happened.join(" ") };
}

/** Does the work with the processor said to be a GPU; tells how many copies and reads other threads made. */
async function asOnGpu<Result>(work: () => Promise<Result>) {
  const { prototype } = TensorFlowBinding;
  const { isUsingGpuDevice, createTensorLater, tensorDataLater } = prototype;
  let copies = 0, reads = 0;
  prototype.isUsingGpuDevice = () => true;
  prototype.createTensorLater = function (...args) {
    copies++;
    return createTensorLater.apply(this, args);
  };
  prototype.tensorDataLater = function (...args) {
    reads++;
    return tensorDataLater.apply(this, args);
  };
  try {
    return { ...await work(), copies, reads };
  } finally {
    Object.assign(prototype, { isUsingGpuDevice, createTensorLater, tensorDataLater });
  }
}

for (const issue of ["ops", "whole"] as const) {
  testBackends(
    `fit learns the same to the bit where other threads copy batches and read losses, issued as ${issue}`,
    async () => {
      for (const precision of ["fp32", "bf16"] as const) {
        const expected = await learn(precision, issue);
        const tensors = [tf.memory().numTensors, tensorFlowBackend().binding.getNumOfTensors()];
        const { copies, reads, ...actual } = await asOnGpu(() => learn(precision, issue));
        assert.equal(new Set(expected.learned.losses).size, 8);
        assert.deepEqual(actual.learned, expected.learned);
        const epoch = `ask${" ask step".repeat(4)}`;
        assert.equal(actual.happened, `${epoch} ${epoch}`, "the next batch is on its way");
        // An image and a mask each.
        assert.deepEqual([copies, reads], [16, 8]);
        assert.deepEqual(
          [tf.memory().numTensors, tensorFlowBackend().binding.getNumOfTensors()],
          tensors,
        );
      }
    },
    ["tensorflow"],
  );
}
