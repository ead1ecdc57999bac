/**
 * One process of the cluster benchmark: one training step, or one all-reduce, for each line read.
 *
 * usage: cluster_step.ts TASK CLUSTER RANK SLICES SIZE FEATURES DEPTH. TASK is `own` (each process normalises by the
 * statistics of its own slices), `synchronised` or `allreduce` (of as many numbers as the network has gradients);
 * SLICES are each process's. Answers each line on standard input with the seconds it took, as JSON.
 */
import process from "node:process";
import { createInterface } from "node:readline";
import * as tf from "@tensorflow/tfjs";
import { Adam } from "../../train/fit/adam.ts";
import { openBackend } from "../../train/engine/backend.ts";
import { parseCluster } from "../../train/cluster/address.ts";
import { type Cluster, inCluster } from "../../train/cluster/cluster.ts";
import { clusterKernels } from "../../train/cluster/cluster_kernels.ts";
import { initialWeights } from "../../train/network/initialization.ts";
import { Network } from "../../train/network/network.ts";
import { trainingStep } from "../../train/fit/training_step.ts";

const [task, addresses, ...numbers] = Deno.args;
const [rank, slices, size, features, depth] = numbers.map(Number);
const architecture = { inputChannels: 3, outputChannels: 1, features, depth };

function randomBatch() {
  const shape = [slices, size, size] as const;
  const image = tf.randomUniform([...shape, 3], 0, 1, "float32", 1) as tf.Tensor4D;
  const mask = tf.tidy(() =>
    tf.greater(tf.randomUniform([...shape, 1], 0, 1, "float32", 2), 0.9)
  ) as tf.Tensor4D;
  return { image, mask };
}

async function makeTask({ collective }: Cluster): Promise<() => Promise<unknown>> {
  const { kernels } = await openBackend("tensorflow", "fp32", { deterministic: true });
  const shared = clusterKernels(kernels, collective, task === "synchronised");
  const network = new Network(architecture, shared, initialWeights(architecture, 1));
  if (task === "allreduce") {
    const gradient = tf.zeros([network.parameterCount]) as tf.Tensor1D;
    return async () => {
      const sum = collective.sum(gradient);
      await sum.data();
      sum.dispose();
    };
  }
  const optimizer = new Adam(network.parameterCount), batch = randomBatch();
  return () => trainingStep(network, optimizer, batch, 1e-4, { collective }).loss();
}

await inCluster({ addresses: parseCluster(addresses), rank, log: () => {} }, async (cluster) => {
  const run = await makeTask(cluster);
  for await (const _ of createInterface({ input: process.stdin })) {
    const start = performance.now();
    await run();
    console.log(JSON.stringify({ seconds: (performance.now() - start) / 1000 }));
  }
});
