/** Vectors are cut and joined without a shader, and everything else as it was. */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { testBackends } from "../support/backends.ts";

/** How often the GPU is told to run a shader. */
function countDispatches(work: () => void): number {
  const backend = tf.backend() as WebGPUBackend, run = backend.runWebGPUProgram;
  let dispatches = 0;
  backend.runWebGPUProgram = (...call) => (dispatches++, run.apply(backend, call));
  try {
    work();
  } finally {
    backend.runWebGPUProgram = run;
  }
  return dispatches;
}

/** A vector that is on the GPU. */
function onGpu(values: number[]): tf.Tensor1D {
  const vector = tf.tensor1d(values);
  (tf.backend() as WebGPUBackend).uploadToGPU(vector.dataId);
  return vector;
}

testBackends(
  "copyVectors cuts and joins vectors, and their gradients, without a shader",
  async () => {
    const [a, b] = [onGpu([1, 2, 3, 4, 5]), onGpu([6])];
    let parts: tf.Tensor[] = [], whole!: tf.Tensor;
    const cut = () => {
      parts = tf.split(a, [1, 3, 1]);
      whole = tf.concat1d([a, b, parts[1] as tf.Tensor1D]);
    };
    assert.equal(countDispatches(cut), 0);
    assert.deepEqual(await Promise.all(parts.map(async (part) => [...await part.data()])), [
      [1],
      [2, 3, 4],
      [5],
    ]);
    assert.deepEqual([...await whole.data()], [1, 2, 3, 4, 5, 6, 2, 3, 4]);
    const [byA, byB] = tf.grads((a, b) => {
      const [first, rest] = tf.split(a, [2, 3]);
      return tf.concat1d([rest as tf.Tensor1D, b as tf.Tensor1D, first as tf.Tensor1D]);
    })([a, b], onGpu([1, 2, 3, 4, 5, 6]));
    assert.deepEqual([...await byA.data()], [5, 6, 1, 2, 3]);
    assert.deepEqual([...await byB.data()], [4]);
  },
  ["webgpu"],
);

testBackends("copyVectors keeps the values of a vector that is disposed of at once", async () => {
  const parts = tf.tidy(() => tf.split(tf.square(onGpu([1, 2, 3])), [2, 1]));
  // Of the same size: it would take the buffer of the vector that is gone.
  const other = tf.square(onGpu([7, 8, 9]));
  assert.deepEqual([...await parts[0].data(), ...await parts[1].data()], [1, 4, 9]);
  assert.deepEqual([...await other.data()], [49, 64, 81]);
}, ["webgpu"]);

testBackends(
  "copyVectors leaves images, booleans and numbers of the processor to tfjs",
  async () => {
    const image = tf.tensor4d([1, 2, 3, 4], [1, 1, 2, 2]);
    assert.deepEqual([...await tf.concat([image, image], 3).data()], [1, 2, 1, 2, 3, 4, 3, 4]);
    assert.deepEqual([...await tf.split(image, 2, 3)[1].data()], [2, 4]);
    const flags = tf.greater(onGpu([1, 2, 3]), 1.5) as tf.Tensor1D;
    assert.deepEqual([...await tf.concat1d([flags, flags]).data()], [0, 1, 1, 0, 1, 1]);
    assert.deepEqual([...await tf.concat1d([[1, 2], [3]]).data()], [1, 2, 3]);
    assert.deepEqual([...await tf.concat1d([[], [3]]).data()], [3]);
  },
  ["webgpu"],
);
