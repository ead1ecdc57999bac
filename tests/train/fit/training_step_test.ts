/** A training step of every engine does what PyTorch's does, and repeats itself. */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { Adam } from "../../../train/fit/adam.ts";
import type { Kernels } from "../../../train/engine/kernels/kernels.ts";
import { Network } from "../../../train/network/network.ts";
import {
  type IssuedStep,
  lossAndGradient,
  trainingStep,
} from "../../../train/fit/training_step.ts";
import type { Batch } from "../../../train/fit/upload_batch.ts";
import { WeightAverage } from "../../../train/fit/weight_average.ts";
import { encoderLayer } from "../../../train/network/unet_architecture.ts";
import { flatLayout, unflatten } from "../../../train/network/weight_layout.ts";
import { testBackends } from "../support/backends.ts";
import { type GoldenSteps, goldenSteps, separableSteps } from "../support/golden_steps.ts";

/** Largest difference, relative to the largest value of the whole tensor. */
function relativeError(actual: Float32Array, expected: Float32Array): number {
  let error = 0, scale = 0;
  for (let index = 0; index < expected.length; index++) {
    error = Math.max(error, Math.abs(actual[index] - expected[index]));
    scale = Math.max(scale, Math.abs(expected[index]));
  }
  return error / scale;
}

async function checkGradients(kernels: Kernels, steps: GoldenSteps) {
  const network = new Network(steps.architecture, kernels, steps.stateDict("start."));
  const { loss, gradient, statistics } = lossAndGradient(network, steps.batch());
  assert.ok(Math.abs((await loss.data())[0] - steps.losses[0]) < 1e-5);
  const layout = flatLayout(steps.architecture, true);
  const actual = new Map(unflatten(layout, await gradient.data() as Float32Array));
  const expected = steps.stateDict("grad0.");
  assert.equal(expected.size, layout.length);
  // A bias before a batch normalisation has no gradient but for rounding, so it is held against the
  // largest gradient of the network, every other weight against its own.
  const scale = Math.max(
    ...[...expected.values()].map(({ data }) => data.reduce((m, x) => Math.max(m, Math.abs(x)), 0)),
  );
  for (const [name, { data }] of expected) {
    const found = actual.get(name)!.data;
    if (/conv\d(\.pointwise)?\.bias$/.test(name)) {
      found.forEach((value, index) =>
        assert.ok(Math.abs(value - data[index]) < 1e-4 * scale, name)
      );
    } else {
      const error = relativeError(found, data);
      assert.ok(error < 1e-4, `gradient of ${name} is off by ${error}`);
    }
  }
  tf.dispose([loss, gradient, statistics]);
  network.dispose();
}

async function checkLosses(kernels: Kernels, steps: GoldenSteps) {
  const network = new Network(steps.architecture, kernels, steps.stateDict("start."));
  const optimizer = new Adam(network.parameterCount, {}, undefined, kernels), batch = steps.batch();
  const tensorsBefore = tf.memory().numTensors;
  for (const [step, expected] of steps.losses.entries()) {
    const loss = await trainingStep(network, optimizer, batch, steps.learningRate).loss();
    assert.ok(
      Math.abs(loss - expected) < 1e-4,
      `loss of step ${step} is ${loss}, PyTorch's ${expected}`,
    );
  }
  assert.equal(tf.memory().numTensors, tensorsBefore, "a step leaves tensors behind");
  // Not the running means: they follow the biases before them, which no gradient but rounding reaches and
  // which Adam, dividing by that rounding, moves at random. The variances do not see a bias.
  const weights = await network.stateDict();
  for (const [name, { data }] of steps.stateDict("end.")) {
    if (!name.endsWith("running_var")) continue;
    const actual = weights.get(name)!.data;
    const error = relativeError(actual, data);
    assert.ok(error < 2e-3, `${name} is off by ${error}`);
    // The deepest layers have the fewest values (512 or 48 a batch), where a biased variance would be too small by 1.3e-3
    // or more.
    const ratio = actual.reduce((sum, value, index) => sum + value / data[index], 0) / data.length;
    if (name.startsWith(`layers.${encoderLayer(steps.architecture.depth - 1)}.`)) {
      assert.ok(Math.abs(ratio - 1) < 5e-4, `${name} is ${ratio} of PyTorch's`);
    }
  }
  network.dispose();
  optimizer.dispose();
}

/** The tensors whose numbers `work` asks the engine for. */
async function readsOf(work: () => Promise<void> | void): Promise<Set<unknown>> {
  const backend = tf.backend(), { read, readSync } = backend, asked = new Set<unknown>();
  backend.read = (id) => (asked.add(id), read.call(backend, id));
  backend.readSync = (id) => (asked.add(id), readSync.call(backend, id));
  try {
    await work();
  } finally {
    Object.assign(backend, { read, readSync });
  }
  return asked;
}

/** Everything that a step changes. */
class Learner {
  readonly network: Network;
  readonly optimizer: Adam;
  readonly average: WeightAverage;

  constructor(kernels: Kernels) {
    this.network = new Network(goldenSteps.architecture, kernels, goldenSteps.stateDict("start."));
    const { parameterCount, parameters, statistics } = this.network;
    const options = { weightDecay: 0.01, clipNorm: 1 };
    this.optimizer = new Adam(parameterCount, options, undefined, kernels);
    this.average = new WeightAverage(0.9, {
      steps: 0,
      parameters: new Float32Array(parameters.size),
      statistics: new Float32Array(statistics.size),
    }, kernels);
  }

  step(batch: Batch, behind?: IssuedStep): IssuedStep {
    const { network, optimizer, average } = this;
    return trainingStep(network, optimizer, batch, goldenSteps.learningRate, { average, behind });
  }

  async state() {
    const { network, optimizer, average } = this;
    return [await network.stateDict(), await optimizer.state(), await average.state()];
  }

  dispose() {
    this.network.dispose();
    this.optimizer.dispose();
    this.average.dispose();
  }
}

/** The first slice of the golden batch, which is enough where numbers do not matter. */
function oneSlice(): Batch {
  return tf.tidy(() => {
    const { image, mask } = goldenSteps.batch();
    return {
      image: tf.slice(image, [0, 0, 0, 0], [1, ...image.shape.slice(1)]) as tf.Tensor4D,
      mask: tf.slice(mask, [0, 0, 0, 0], [1, ...mask.shape.slice(1)]) as tf.Tensor4D,
    };
  });
}

async function checkReads(kernels: Kernels) {
  const learner = new Learner(kernels), batch = oneSlice();
  let issued: IssuedStep | undefined;
  const asked = await readsOf(() => void (issued = learner.step(batch)));
  assert.equal(asked.size, 1);
  assert.equal((await readsOf(async () => void await issued!.loss())).size, 0);
  tf.dispose([batch.image, batch.mask]);
  learner.dispose();
}

async function checkDivergence(kernels: Kernels) {
  const learner = new Learner(kernels), batch = oneSlice();
  const broken = tf.tidy(() => tf.div(batch.mask, 0) as tf.Tensor4D);
  assert.ok(Number.isFinite(await learner.step(batch).loss()));
  const before = await learner.state(), tensors = tf.memory().numTensors;
  assert.ok(!Number.isFinite(await learner.step({ image: batch.image, mask: broken }).loss()));
  assert.deepEqual(await learner.state(), before);
  assert.equal(tf.memory().numTensors, tensors, "a diverged step leaves tensors behind");
  assert.ok(Number.isFinite(await learner.step(batch).loss()));
  assert.notDeepEqual(await learner.state(), before);
  tf.dispose([batch.image, batch.mask, broken]);
  learner.dispose();
}

/** Steps of which up to `most` are issued before the loss of the first is read. */
async function checkLookAhead(kernels: Kernels, most: number) {
  const [alone, ahead] = [new Learner(kernels), new Learner(kernels)], batch = oneSlice();
  const expected: number[] = [], actual: number[] = [], issued: IssuedStep[] = [];
  for (let step = 0; step < 4; step++) {
    expected.push(await alone.step(batch).loss());
    issued.push(ahead.step(batch, issued.at(-1)));
    if (issued.length === most) actual.push(await issued.shift()!.loss());
  }
  for (const last of issued) actual.push(await last.loss());
  assert.deepEqual(actual, expected);
  assert.deepEqual(await ahead.state(), await alone.state());
  tf.dispose([batch.image, batch.mask]);
  alone.dispose();
  ahead.dispose();
}

async function checkDivergenceAhead(kernels: Kernels) {
  const learner = new Learner(kernels), batch = oneSlice();
  const broken = tf.tidy(() => tf.div(batch.mask, 0) as tf.Tensor4D);
  await learner.step(batch).loss();
  const before = await learner.state(), tensors = tf.memory().numTensors;
  const diverged = learner.step({ image: batch.image, mask: broken }), loss = diverged.loss();
  const behind = learner.step(batch, diverged), last = learner.step(batch, behind);
  assert.ok(!Number.isFinite(await loss));
  assert.ok(Number.isFinite(await behind.loss()));
  assert.ok(Number.isFinite(await last.loss()));
  assert.deepEqual(await learner.state(), before);
  assert.equal(tf.memory().numTensors, tensors, "steps leave tensors behind");
  assert.ok(Number.isFinite(await learner.step(batch).loss()));
  assert.notDeepEqual(await learner.state(), before);
  tf.dispose([batch.image, batch.mask, broken]);
  learner.dispose();
}

const everyEngine = ["tensorflow", "tensorflow in whole steps", "webgpu", "wasm", "cpu"] as const;

for (const [network, steps] of [["", goldenSteps], [" separable", separableSteps]] as const) {
  testBackends(
    `lossAndGradient of a${network} network equals PyTorch's first gradients within 1e-4`,
    (kernels) => checkGradients(kernels, steps),
    undefined,
    steps !== separableSteps,
  );
  testBackends(
    `trainingStep of a${network} network gives PyTorch's ten Adam losses within 1e-4`,
    (kernels) => checkLosses(kernels, steps),
    ["tensorflow", "tensorflow in whole steps", "webgpu", "wasm"],
    steps !== separableSteps,
  );
}
// The other two compute within this process: what they call a read is none.
testBackends(
  "trainingStep asks the engine for one number, its loss, once it told all",
  checkReads,
  [
    "tensorflow",
    "tensorflow in whole steps",
    "webgpu",
  ],
);
testBackends(
  "trainingStep with a loss that is not finite changes nothing, and the next one goes on",
  checkDivergence,
  everyEngine,
);
for (const most of [2, 3]) {
  testBackends(
    `trainingStep gives the same bits where ${most} are issued before the first's loss is read`,
    (kernels) => checkLookAhead(kernels, most),
    everyEngine,
  );
}
testBackends(
  "trainingSteps behind one whose loss is not finite change nothing either",
  checkDivergenceAhead,
  everyEngine,
);
