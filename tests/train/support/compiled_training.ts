/**
 * Trains by steps that XLA compiles, and says in JSON what came of it. A process of its own: TensorFlow's XLA and Mesa's
 * software Vulkan each bring an LLVM, and where both are loaded, compiling ends the process.
 */
import * as tf from "@tensorflow/tfjs";
import { roundToBfloat16 } from "../../../train/data/bfloat16.ts";
import { openBackend, type StepIssue } from "../../../train/engine/backend.ts";
import { runCompiled } from "../../../train/engine/kernels/run_as_one.ts";
import { type Precision, precisions } from "../../../train/engine/kernels/precision.ts";
import { Adam } from "../../../train/fit/adam.ts";
import { Trainer, type TrainerState } from "../../../train/fit/trainer.ts";
import { recipes } from "../../../train/fit/training_settings.ts";
import { trainingStep } from "../../../train/fit/training_step.ts";
import { type Batch, uploadBatch } from "../../../train/fit/upload_batch.ts";
import { initialWeights } from "../../../train/network/initialization.ts";
import { Network } from "../../../train/network/network.ts";
import type { StateDict } from "../../../train/network/state_dict.ts";
import { goldenSteps } from "./golden_steps.ts";
import { opsOf } from "./ops_of.ts";

/** What {@linkcode compiledTraining} prints. */
export interface CompiledTraining {
  readonly description: string;
  readonly reason: string;
  /** Losses of the golden steps. */
  readonly losses: Readonly<Record<Precision, Readonly<Record<"compiled" | "ops", number[]>>>>;
  /** What TensorFlow is told to run in a step that is not the first. */
  readonly ops: Readonly<Record<string, number>>;
  /** Losses of steps 2 and 3 by a trainer that took all steps, and by one that goes on after the first. */
  readonly uninterrupted: number[];
  readonly resumed: number[];
  /** Of work with an op that XLA does not know, twice: what it gives, and all that is said. */
  readonly results: number[][];
  readonly warnings: string[];
}

/** The golden batch as a training in bf16 brings it to the engine. */
async function roundedGolden(): Promise<Batch> {
  const { image, mask } = goldenSteps.batch(), bits = new Uint16Array(image.size);
  roundToBfloat16(await image.data() as Float32Array, bits);
  return uploadBatch({
    image: bits,
    mask: Uint8Array.from(await mask.data()),
    shape: image.shape,
  });
}

async function goldenLosses(precision: Precision, issue: StepIssue): Promise<number[]> {
  const { kernels } = await openBackend("tensorflow", precision, { issue });
  const network = new Network(goldenSteps.architecture, kernels, goldenSteps.stateDict("start."));
  const optimizer = new Adam(network.parameterCount, {}, undefined, kernels);
  const batch = precision === "bf16" && issue === "compiled"
    ? await roundedGolden()
    : goldenSteps.batch();
  const losses: number[] = [];
  for (let step = 0; step < goldenSteps.losses.length; step++) {
    const issued = trainingStep(network, optimizer, batch, goldenSteps.learningRate);
    losses.push(await issued.loss());
  }
  return losses;
}

const architecture = { inputChannels: 3, outputChannels: 1, features: 4, depth: 2 };

async function startTrainer(start: StateDict | TrainerState): Promise<Trainer> {
  const { kernels } = await openBackend("tensorflow", "fp32", { issue: "compiled" });
  return await Trainer.start(architecture, kernels, recipes.best, start);
}

async function resume(): Promise<Pick<CompiledTraining, "uninterrupted" | "resumed" | "ops">> {
  const image = tf.randomUniform([2, 16, 16, 3], 0, 1, "float32", 1) as tf.Tensor4D;
  const mask = tf.less(tf.slice(image, [0, 0, 0, 0], [-1, -1, -1, 1]), 0.3);
  const step = (trainer: Trainer) => trainer.step({ image, mask: mask as tf.Tensor4D }, 0, 3);
  const whole = await startTrainer(initialWeights(architecture, 1));
  await step(whole).loss();
  const resumed = await startTrainer(await whole.state());
  let second!: Promise<number>;
  const ops = opsOf(() => second = step(whole).loss());
  return {
    ops,
    uninterrupted: [await second, await step(whole).loss()],
    resumed: [await step(resumed).loss(), await step(resumed).loss()],
  };
}

async function beRefused(): Promise<Pick<CompiledTraining, "results" | "warnings">> {
  const warnings: string[] = [], { warn } = console, image = tf.tensor4d([[[[1], [5], [3]]]]);
  const dependencies = [{}], filter = tf.zeros([1, 2, 1]) as tf.Tensor3D;
  const run = ([image]: readonly tf.Tensor[]) => [
    tf.dilation2d(image as tf.Tensor4D, filter, 1, "same"),
  ];
  console.warn = (warning: string) => void warnings.push(warning);
  const work = () => runCompiled({ dependencies, variables: [], inputs: [image], run })[0];
  const first = work();
  let second!: tf.Tensor;
  const ops = opsOf(() => second = work());
  console.warn = warn;
  const results = [[...await first.data()], [...await second.data()], Object.values(ops)];
  return { results, warnings };
}

async function compiledTraining(): Promise<CompiledTraining> {
  const { description, reason } = await openBackend("auto", "fp32", { issue: "compiled" });
  const losses = {} as Record<Precision, Record<"compiled" | "ops", number[]>>;
  for (const precision of precisions) {
    const compiled = await goldenLosses(precision, "compiled");
    losses[precision] = { compiled, ops: await goldenLosses(precision, "ops") };
  }
  const resumed = await resume();
  return { description, reason, losses, ...resumed, ...await beRefused() };
}

if (import.meta.main) console.log(JSON.stringify(await compiledTraining()));
