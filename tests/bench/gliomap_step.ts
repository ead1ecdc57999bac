/**
 * Gliomap's side of the training benchmark: one step for each line read.
 *
 * usage: gliomap_step.ts BACKEND DEVICE PRECISION BATCH SIZE FEATURES DEPTH [ISSUE] (DEVICE cpu or cuda, PRECISION fp32
 * or bf16; ISSUE ops, whole or compiled, for BACKEND tensorflow alone: TensorFlow gets a step op by op, as one function, or as one that XLA compiles).
 * Answers each line on standard input with the step's seconds, as JSON; says on standard error what it computes on.
 */
import { createInterface } from "node:readline";
import process from "node:process";
import * as tf from "@tensorflow/tfjs";
import { Adam } from "../../train/fit/adam.ts";
import { type BackendChoice, openBackend, type StepIssue } from "../../train/engine/backend.ts";
import { initialWeights } from "../../train/network/initialization.ts";
import { Network } from "../../train/network/network.ts";
import type { Precision } from "../../train/engine/kernels/precision.ts";
import { trainingStep } from "../../train/fit/training_step.ts";
import { assertSameDevice } from "./same_device.ts";

const [choice, device, precision, ...numbers] = Deno.args;
const [batch, size, features, depth] = numbers.map(Number), issue = Deno.args[7];
const { kernels, description } = await openBackend(
  choice as BackendChoice,
  precision as Precision,
  { issue: issue as StepIssue | undefined, deterministic: issue !== "compiled" },
);
console.error(`Gliomap ${choice} ${precision}: ${description}`);
assertSameDevice(device, description);
const architecture = { inputChannels: 3, outputChannels: 1, features, depth };
const network = new Network(architecture, kernels, initialWeights(architecture, 1));
const optimizer = new Adam(network.parameterCount, {}, undefined, kernels);
const image = tf.randomUniform([batch, size, size, 3], 0, 1, "float32", 1) as tf.Tensor4D;
const mask = tf.tidy(() =>
  tf.greater(tf.randomUniform([batch, size, size, 1], 0, 1, "float32", 2), 0.9)
) as tf.Tensor4D;

for await (const _ of createInterface({ input: process.stdin })) {
  const start = performance.now();
  const loss = await trainingStep(network, optimizer, { image, mask }, 1e-4).loss();
  console.log(JSON.stringify({ seconds: (performance.now() - start) / 1000, loss }));
}
