/** A training that starts from a network trained before. */
import assert from "node:assert/strict";
import { initialWeights } from "../../../train/network/initialization.ts";
import { startWeights } from "../../../train/network/start_weights.ts";
import { unetWeights } from "../../../train/network/unet_architecture.ts";

const small = { inputChannels: 3, outputChannels: 1, features: [4, 6, 8], depth: 3 };
const trained = { architecture: small, weights: initialWeights(small, 1) };
const names = unetWeights(small).map(({ name }) => name);

Deno.test("startWeights of the same architecture are the trained ones, all of them", () => {
  const { weights, newKernels } = startWeights(small, 2, trained);
  for (const name of names) assert.equal(weights.get(name), trained.weights.get(name), name);
  assert.deepEqual(newKernels, []);
});

Deno.test("startWeights of a network with a level more has the trained levels one down", () => {
  const large = { ...small, features: [2, 4, 6, 8], depth: 4 };
  const { weights, newKernels } = startWeights(large, 2, trained);
  // Encoder blocks 2, 4 and 6 were 0, 2 and 4, the decoder's steps 7 to 10 were 5 to 8. The first convolution takes
  // two channels of the new level instead of three sequences, and is random.
  const fromTrained = new Map([...weights].map(([name, tensor]) => {
    const place = [...trained.weights].find(([, { data }]) => data === tensor.data);
    return [name, place?.[0]];
  }));
  for (const [now, before] of [[4, 2], [6, 4], [7, 5], [8, 6], [9, 7], [10, 8]]) {
    const prefix = `layers.${before}.`;
    for (const name of names.filter((name) => name.startsWith(prefix))) {
      assert.equal(fromTrained.get(name.replace(prefix, `layers.${now}.`)), name);
    }
  }
  assert.equal(fromTrained.get("layers.2.conv1.weight"), undefined);
  assert.equal(fromTrained.get("layers.2.conv2.weight"), "layers.0.conv2.weight");
  assert.equal(fromTrained.get("layers.13.weight"), undefined);
  const kernels = [...weights].filter(([name, { shape }]) =>
    shape.length === 4 && fromTrained.get(name)
  );
  assert.equal(kernels.length, 11);
  const fresh = ["0.conv1", "0.conv2", "2.conv1", "11", "12.conv1", "12.conv2", "13"];
  assert.deepEqual(newKernels, fresh.map((name) => `layers.${name}`));
});

Deno.test("startWeights of a separable network are a separable one's, and of a plain one all but its 3x3 kernels", () => {
  const separable = { ...small, separable: true };
  const same = { architecture: separable, weights: initialWeights(separable, 1) };
  assert.deepEqual(startWeights(separable, 2, same).newKernels, []);
  const { weights, newKernels } = startWeights(separable, 2, trained);
  assert.equal(weights.get("layers.0.conv1.weight"), trained.weights.get("layers.0.conv1.weight"));
  assert.equal(weights.get("layers.5.weight"), trained.weights.get("layers.5.weight"));
  assert.equal(newKernels.length, 2 * 9);
  assert.deepEqual(newKernels.slice(0, 2), [
    "layers.0.conv2.depthwise",
    "layers.0.conv2.pointwise",
  ]);
});

Deno.test("startWeights of random weights names every convolution", () => {
  const { newKernels } = startWeights(small, 2);
  assert.equal(newKernels.length, 2 * 5 + 2 + 1);
});

Deno.test("startWeights of a plain network takes all of a separable one, and of one with a level less", () => {
  const architecture = { ...small, separable: true };
  const separable = { architecture, weights: initialWeights(architecture, 1) };
  const { weights, newKernels } = startWeights(small, 2, separable);
  assert.deepEqual(newKernels, []);
  assert.deepEqual([...weights.keys()], names);
  const large = startWeights({ ...small, features: [2, 4, 6, 8], depth: 4 }, 2, separable);
  const fresh = ["0.conv1", "0.conv2", "2.conv1", "11", "12.conv1", "12.conv2", "13"];
  assert.deepEqual(large.newKernels, fresh.map((name) => `layers.${name}`));
});

Deno.test("startWeights refuses a trained network of which nothing fits, or that is deeper", () => {
  const other = { ...small, features: [3, 5, 7] };
  assert.throws(() => startWeights(other, 1, trained), /features 4,6,8, .* 3,5,7/);
  const shallow = { ...small, features: [4, 6], depth: 2 };
  assert.throws(() => startWeights(shallow, 1, trained), /depth must be at most 2.*value is 3/);
});
