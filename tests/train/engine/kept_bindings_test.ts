/** A step's dispatches find what those of earlier steps were bound to, and what is kept is bounded. */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { runShader } from "../../../train/engine/webgpu/shader.ts";
import { Adam } from "../../../train/fit/adam.ts";
import { trainingStep } from "../../../train/fit/training_step.ts";
import { Network } from "../../../train/network/network.ts";
import { testBackends } from "../support/backends.ts";
import { goldenSteps } from "../support/golden_steps.ts";

testBackends("keepBindings gives a step the bindings of earlier steps", async (kernels) => {
  const { device } = tf.backend() as WebGPUBackend, create = device.createBindGroup;
  const network = new Network(goldenSteps.architecture, kernels, goldenSteps.stateDict("start."));
  const optimizer = new Adam(network.parameterCount, {}, undefined, kernels);
  const { image, mask } = goldenSteps.batch();
  const batch = {
    image: tf.slice(image, [0, 0, 0, 0], [1, 16, 16, 3]) as tf.Tensor4D,
    mask: tf.slice(mask, [0, 0, 0, 0], [1, 16, 16, 1]) as tf.Tensor4D,
  };
  const seen = new Set<GPUBindGroup>();
  let dispatches = 0, fresh = 0;
  device.createBindGroup = (descriptor) => {
    const group = create.call(device, descriptor);
    dispatches++;
    if (!seen.has(group)) fresh++;
    seen.add(group);
    return group;
  };
  try {
    for (let step = 0; step < 7; step++) {
      dispatches = fresh = 0;
      await trainingStep(network, optimizer, batch, 1e-3).loss();
    }
  } finally {
    device.createBindGroup = create;
  }
  assert.ok(dispatches > 200);
  // Adam's rates are others in every step.
  assert.ok(fresh <= 2, `${fresh} of ${dispatches} are new`);
  tf.dispose([image, mask, batch.image, batch.mask]);
  network.dispose();
  optimizer.dispose();
}, ["webgpu"]);

testBackends("keepBindings forgets numbers that never come again", async () => {
  const shader = {
    name: "kept bindings test",
    inputs: ["input"],
    numbers: [],
    rates: ["rate"],
    code: "fn main(index : i32) { result[index] = input[index] * uniforms.rate; }",
  };
  const { bufferManager } = tf.backend() as WebGPUBackend;
  const one = tf.ones([1]), used = bufferManager.getNumUsedBuffers();
  for (let rate = 0; rate < 10000; rate++) {
    const call = { inputs: [one], numbers: {}, rates: { rate }, outputShape: [1] };
    const product = runShader(shader, call);
    if (rate % 999 === 0) assert.equal((await product.data())[0], rate);
    product.dispose();
  }
  const more = bufferManager.getNumUsedBuffers() - used;
  assert.ok(more <= 4200, `${more} more buffers are in use`);
  one.dispose();
}, ["webgpu"]);
