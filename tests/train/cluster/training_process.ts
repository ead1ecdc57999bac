/**
 * One process of a cluster that takes training steps on the golden batch.
 *
 * usage: training_process.ts OPTIONS, a JSON of {@linkcode ProcessOptions}. Prints a line of JSON for each step and one at
 * the end; ends as a command does that fails.
 */
import { createHash } from "node:crypto";
import * as tf from "@tensorflow/tfjs";
import { roundToBfloat16 } from "../../../train/data/bfloat16.ts";
import { Adam } from "../../../train/fit/adam.ts";
import { openBackend } from "../../../train/engine/backend.ts";
import { parseCluster } from "../../../train/cluster/address.ts";
import { type Cluster, inCluster } from "../../../train/cluster/cluster.ts";
import { assertSameState } from "../../../train/cluster/same_state.ts";
import type { SharedSettings } from "../../../train/cluster/settings.ts";
import { shareRange } from "../../../train/cluster/share.ts";
import { clusterKernels } from "../../../train/cluster/cluster_kernels.ts";
import type { Precision } from "../../../train/engine/kernels/precision.ts";
import { Network } from "../../../train/network/network.ts";
import { trainingStep } from "../../../train/fit/training_step.ts";
import { type Batch, uploadBatch } from "../../../train/fit/upload_batch.ts";
import { goldenSteps } from "../support/golden_steps.ts";

export interface ProcessOptions {
  readonly cluster: string;
  readonly rank: number;
  readonly startSeconds?: number;
  readonly settings?: SharedSettings;
  /** Slices of the golden batch that are used. */
  readonly slices?: number;
  readonly steps?: number;
  readonly synchronise?: boolean;
  readonly precision?: Precision;
  readonly crossEntropyWeight?: number;
  /** Fails with this error after the first step. */
  readonly error?: string;
  /** Computes for ever after the first step. */
  readonly hang?: boolean;
  /** Changes one number of this process's after the last step. */
  readonly spoil?: "weights" | "mean" | "variance";
}

/** Some slices of the golden batch, brought to the engine as a training brings what its workers made. */
async function shareOfGolden(from: number, to: number, precision: Precision): Promise<Batch> {
  const { image, mask } = goldenSteps.batch(), [slices, height, width, channels] = image.shape;
  const numbersOf = async (tensor: tf.Tensor4D) => {
    const each = tensor.size / slices;
    return (await tensor.data() as Float32Array).slice(from * each, to * each);
  };
  const wide = await numbersOf(image), bits = new Uint16Array(wide.length);
  roundToBfloat16(wide, bits);
  const arrays = {
    image: precision === "bf16" ? bits : wide,
    mask: Uint8Array.from(await numbersOf(mask)),
  };
  tf.dispose([image, mask]);
  return uploadBatch({ ...arrays, shape: [to - from, height, width, channels] });
}

/** Another value in the last place, all others to the bit. */
async function changeOne(vector: tf.Variable<tf.Rank.R1>): Promise<void> {
  const values = (await vector.data()).slice();
  values[values.length - 1] += 1e-6;
  vector.assign(tf.tensor1d(values as Float32Array));
}

async function train(cluster: Cluster, options: ProcessOptions): Promise<void> {
  const { slices = 8, steps = 10, synchronise = true, precision = "fp32" } = options;
  const { crossEntropyWeight } = options;
  await cluster.agree({ ...options.settings, slices });
  const { kernels } = await openBackend("tensorflow", precision, { deterministic: true });
  const network = new Network(
    goldenSteps.architecture,
    clusterKernels(kernels, cluster.collective, synchronise),
    goldenSteps.stateDict("start."),
  );
  const optimizer = new Adam(network.parameterCount);
  const batch = await shareOfGolden(...shareRange(slices, cluster), precision);
  for (let step = 0; step < steps; step++) {
    const value = await trainingStep(network, optimizer, batch, goldenSteps.learningRate, {
      crossEntropyWeight,
      collective: cluster.collective,
    }).loss();
    console.log(JSON.stringify({ step, loss: value, tensors: tf.memory().numTensors }));
    if (options.error) throw new Error(options.error);
    while (options.hang);
  }
  const [mean, variance] = optimizer.variables, weights = network.parameters;
  if (options.spoil) await changeOne({ weights, mean, variance }[options.spoil]);
  await assertSameState(cluster, { network, optimizer }, "after the last step");
  const hash = createHash("sha256");
  for (const { data } of (await network.stateDict()).values()) hash.update(data);
  console.log(JSON.stringify({ weights: hash.digest("hex") }));
}

if (import.meta.main) {
  const options: ProcessOptions = JSON.parse(Deno.args[0]);
  const { cluster, rank, startSeconds } = options;
  try {
    await inCluster(
      { addresses: parseCluster(cluster), rank, startSeconds, log: console.error },
      (joined) => train(joined, options),
    );
  } catch (error) {
    console.error(`error: ${(error as Error).message}`);
    Deno.exit(1);
  }
}
