/** The imported network computes what PyTorch's does, on every engine. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import * as tf from "@tensorflow/tfjs";
import { initialWeights } from "../../../train/network/initialization.ts";
import { Network } from "../../../train/network/network.ts";
import { readSafetensors } from "../../../train/storage/safetensors.ts";
import { floatTensors } from "../../../train/run/checkpoint.ts";
import { referenceArchitecture } from "../../../train/network/unet_architecture.ts";
import { testBackends } from "../support/backends.ts";

const golden = new URL("../../golden/", import.meta.url);
const weights = floatTensors(
  readSafetensors(await readFile(new URL("seed_unet.safetensors", golden))).tensors,
);
const forward = readSafetensors(await readFile(new URL("forward.safetensors", golden))).tensors;
const patient = "TCGA_CS_4943_20000902";

testBackends("Network.probability equals PyTorch's within 1e-4", async (kernels) => {
  const network = new Network(referenceArchitecture, kernels, weights);
  const { shape, data } = forward.get(`${patient}.input`)!;
  const image = tf.tidy(() =>
    tf.transpose(tf.tensor4d(data as Float32Array, shape as [number, number, number, number]), [
      0,
      2,
      3,
      1,
    ])
  );
  const output = network.probability(image);
  const probability = await output.data();
  const expected = forward.get(`${patient}.probability`)!.data as Float32Array;
  const error = expected.reduce(
    (worst, value, index) => Math.max(worst, Math.abs(value - probability[index])),
    0,
  );
  assert.ok(error < 1e-4, `off by ${error}`);
  tf.dispose([image, output]);
  network.dispose();
});

testBackends("Network.stateDict gives back the weights it was made of", async (kernels) => {
  const architecture = { inputChannels: 1, outputChannels: 1, features: 3, depth: 5 };
  const given = initialWeights(architecture, 7);
  const network = new Network(architecture, kernels, given);
  assert.deepEqual(new Map([...await network.stateDict()].sort()), new Map([...given].sort()));
  network.dispose();
}, ["cpu"]);

testBackends(
  "Network takes every depth from 2 to 7 and any number of features, each level its own",
  (kernels) => {
    const cases = [[2, 1], [3, 5], [5, 4], [6, 3], [7, 2], [3, [2, 5, 1]]] as const;
    for (const [depth, features] of cases) {
      const architecture = { inputChannels: 3, outputChannels: 1, features, depth };
      const network = new Network(architecture, kernels, initialWeights(architecture, 3));
      const side = 2 ** (depth - 1);
      const image = tf.ones([2, side, 2 * side, 3]) as tf.Tensor4D;
      const output = network.probability(image);
      assert.deepEqual(output.shape, [2, side, 2 * side, 1]);
      assert.throws(() => network.probability(tf.ones([1, side + 1, side, 3])), /would fit/);
      tf.dispose([image, output]);
      network.dispose();
    }
  },
  ["cpu"],
);
