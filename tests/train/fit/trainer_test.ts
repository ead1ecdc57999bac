/** What a run is set to decides a step: one step of a trainer, held against its parts told the same by hand. */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import type { Kernels } from "../../../train/engine/kernels/kernels.ts";
import { Adam } from "../../../train/fit/adam.ts";
import { Trainer, type TrainerState } from "../../../train/fit/trainer.ts";
import { recipes, type TrainingSettings } from "../../../train/fit/training_settings.ts";
import { lossAndGradient } from "../../../train/fit/training_step.ts";
import type { Batch } from "../../../train/fit/upload_batch.ts";
import { initialWeights } from "../../../train/network/initialization.ts";
import { Network } from "../../../train/network/network.ts";
import { testBackends } from "../support/backends.ts";

const architecture = { inputChannels: 3, outputChannels: 1, features: 4, depth: 2 };

/** The recipe, with numbers that are no default of any part. */
const settings: TrainingSettings = {
  ...recipes.best,
  crossEntropyWeight: 0.3,
  weightDecay: 0.05,
  clipNorm: 0.01,
  averageDecay: 0.9,
  schedule: { ...recipes.best.schedule, learningRate: 2e-3, momentum: "cycled" },
};

/** Where the schedule is highest: a fifth of the steps is warm-up. */
const steps = 100, stepsDone = 19, learningRate = 2e-3, momentum = 0.85;

function randomBatch(): Batch {
  const random = (channels: number, seed: number) =>
    tf.randomUniform([4, 16, 16, channels], 0, 1, "float32", seed) as tf.Tensor4D;
  return tf.tidy(() => ({
    image: random(3, 1),
    mask: tf.cast(tf.less(random(1, 2), 0.2), "float32") as tf.Tensor4D,
  }));
}

/** In the middle of a run: the first step of all moves as far whatever the momentum and the gradient's length. */
function middleOfRun(parameters: number, statistics: number): TrainerState {
  const numbers = (length: number, of: (index: number) => number) =>
    Float32Array.from({ length }, (_, index) => of(index));
  return {
    weights: initialWeights(architecture, 1),
    optimizer: {
      steps: stepsDone,
      mean: numbers(parameters, (index) => 1e-3 * Math.sin(index)),
      variance: numbers(parameters, (index) => 1e-5 * (1.5 + Math.cos(index))),
    },
    average: {
      steps: 1000,
      parameters: numbers(parameters, (index) => 0.1 * Math.cos(index)),
      statistics: numbers(statistics, (index) => 1 + 0.1 * Math.sin(index)),
    },
  };
}

async function numbersOf(tensor: tf.Tensor): Promise<Float32Array> {
  return await tensor.data() as Float32Array;
}

function assertClose(what: string, actual: Float32Array, expected: Float32Array): void {
  assert.equal(actual.length, expected.length);
  const error = actual.reduce((most, x, index) => Math.max(most, Math.abs(x - expected[index])), 0);
  assert.ok(error < 1e-6, `${what} are off by ${error}`);
}

/** What the average becomes: a tenth of the way to the newest. */
function averaged(before: Float32Array, newest: Float32Array): Float32Array {
  return before.map((value, index) => 0.9 * value + 0.1 * newest[index]);
}

async function checkStep(kernels: Kernels) {
  const batch = randomBatch();
  const network = new Network(architecture, kernels, initialWeights(architecture, 1));
  const state = middleOfRun(network.parameterCount, network.statistics.size);
  const trainer = await Trainer.start(architecture, kernels, settings, state);
  const loss = await trainer.step(batch, 7, steps).loss();

  const byHand = lossAndGradient(network, batch, 0.3);
  const length = Math.hypot(...await numbersOf(byHand.gradient));
  assert.ok(length > 0.02, `a gradient of length ${length} is not clipped`);
  const options = { weightDecay: 0.05, clipNorm: 0.01 };
  const adam = new Adam(network.parameterCount, options, state.optimizer, kernels);
  adam.step(network.parameters, byHand.gradient, learningRate, { momentum });

  assert.ok(Math.abs(loss - (await numbersOf(byHand.loss))[0]) < 1e-6);
  const parameters = await numbersOf(network.parameters);
  const statistics = await numbersOf(byHand.statistics);
  assertClose("parameters", await numbersOf(trainer.network.parameters), parameters);
  assertClose("statistics", await numbersOf(trainer.network.statistics), statistics);
  const before = state.average!, after = trainer.weights;
  assert.notEqual(after, trainer.network);
  const expected = averaged(before.parameters, parameters);
  assertClose("averaged parameters", await numbersOf(after.parameters), expected);
  assertClose(
    "averaged statistics",
    await numbersOf(after.statistics),
    averaged(before.statistics, statistics),
  );
  tf.dispose([batch.image, batch.mask, byHand.loss, byHand.gradient, byHand.statistics]);
  trainer.dispose();
  network.dispose();
  adam.dispose();
}

testBackends(
  "Trainer.step has the loss, rate, momentum, decay, clipping and average that the run is set to",
  checkStep,
  ["tensorflow", "tensorflow in whole steps", "cpu"],
);
