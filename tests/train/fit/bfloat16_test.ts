/** Training in bfloat16 follows PyTorch's training in float32 as near as eight bits of a number's precision let it. */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { type BackendOptions, openBackend } from "../../../train/engine/backend.ts";
import { Adam } from "../../../train/fit/adam.ts";
import { lossAndGradient, trainingStep } from "../../../train/fit/training_step.ts";
import { Network } from "../../../train/network/network.ts";
import { headLayer } from "../../../train/network/unet_architecture.ts";
import { flatLayout, flatten, unflatten } from "../../../train/network/weight_layout.ts";
import { testBackends } from "../support/backends.ts";
import { type GoldenSteps, goldenSteps, separableSteps } from "../support/golden_steps.ts";

async function openNetwork(golden: GoldenSteps, options?: BackendOptions): Promise<Network> {
  const { kernels } = await openBackend("tensorflow", "bf16", options);
  return new Network(golden.architecture, kernels, golden.stateDict("start."));
}

/** How far apart two vectors are, as a part of the length of the second. */
function relativeDistance(actual: Float32Array, expected: Float32Array): number {
  const length = (vector: Float32Array) => Math.hypot(...vector);
  return length(actual.map((value, index) => value - expected[index])) / length(expected);
}

/** Whether most of the numbers have bits that bfloat16 has no room for. */
function areFiner(values: Float32Array): boolean {
  const bits = new Uint32Array(values.slice().buffer);
  return bits.filter((word) => word & 0xffff).length > bits.length / 2;
}

/** @param rounding How far off PyTorch's own bfloat16 is, as a part of the gradient's length. */
const checkGradients = (golden: GoldenSteps, rounding: number) => async () => {
  const network = await openNetwork(golden);
  const { loss, gradient, statistics } = lossAndGradient(network, golden.batch());
  for (const tensor of [loss, statistics]) {
    assert.ok(areFiner(await tensor.data() as Float32Array), "computed in float32");
  }
  const error = Math.abs((await loss.data())[0] - golden.losses[0]);
  assert.ok(error < 1e-3, `the loss is off by ${error}`);
  const layout = flatLayout(golden.architecture, true), expected = golden.stateDict("grad0.");
  const found = await gradient.data() as Float32Array;
  const apart = relativeDistance(found, flatten(layout, expected));
  // What is much nearer was not computed in bfloat16.
  assert.ok(
    apart > 1e-3 && apart < 1.6 * rounding,
    `the gradient is off by ${apart} of its length`,
  );
  const head = `layers.${headLayer(golden.architecture)}.bias`;
  const bias = new Map(unflatten(layout, found)).get(head)!.data;
  const wrong = relativeDistance(bias, expected.get(head)!.data);
  assert.ok(wrong < 0.01, `the gradient of ${head} is off by ${wrong}`);
  tf.dispose([loss, gradient, statistics]);
  network.dispose();
};

for (
  const [kind, golden, rounding] of [
    ["", goldenSteps, 0.024],
    // A small network and few pixels: each rounding counts.
    [" of a separable network", separableSteps, 0.22],
  ] as const
) {
  testBackends(
    `lossAndGradient${kind} in bf16 has PyTorch's first gradients within bfloat16's rounding`,
    checkGradients(golden, rounding),
    ["tensorflow"],
  );
}

testBackends(
  "trainingStep in bf16 follows PyTorch's ten losses, and parameters take steps far under bfloat16's",
  async ({ runAsOne }) => {
    const network = await openNetwork(goldenSteps, { issue: runAsOne && "whole" }),
      batch = goldenSteps.batch();
    const optimizer = new Adam(network.parameterCount);
    for (const [step, expected] of goldenSteps.losses.entries()) {
      const loss = await trainingStep(network, optimizer, batch, goldenSteps.learningRate).loss();
      assert.ok(Math.abs(loss - expected) < 3e-4, `loss of step ${step}: ${loss}, not ${expected}`);
    }
    const before = await network.parameters.data() as Float32Array, rate = 1e-6;
    await trainingStep(network, optimizer, batch, rate).loss();
    const after = await network.parameters.data() as Float32Array;
    const moved = before.filter((value, index) => value !== after[index]).length;
    assert.ok(moved > 0.9 * before.length, `${moved} of ${before.length} parameters moved`);
    before.forEach((value, index) => assert.ok(Math.abs(after[index] - value) < 2 * rate));
    tf.dispose([batch.image, batch.mask]);
    network.dispose();
    optimizer.dispose();
  },
  ["tensorflow", "tensorflow in whole steps"],
);
