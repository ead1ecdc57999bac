/** The input rounds to bfloat16 as TensorFlow does, so that a network learns from the same numbers. */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { roundToBfloat16 } from "../../../train/data/bfloat16.ts";
import { openBackend } from "../../../train/engine/backend.ts";
import { testBackends } from "../support/backends.ts";

/** Every upper half of a float32 with lower halves around the ties: subnormals, infinities and NaN among them. */
function hardValues(): Float32Array {
  const lower = [0, 1, 0x7fff, 0x8000, 0x8001, 0xffff], halves = 2 ** 16;
  const words = new Uint32Array(halves * lower.length);
  for (let index = 0; index < words.length; index++) {
    words[index] = ((index % halves) << 16) | lower[Math.floor(index / halves)];
  }
  return new Float32Array(words.buffer);
}

testBackends("roundToBfloat16 gives the bits of TensorFlow's Cast", async () => {
  const { kernels } = await openBackend("tensorflow", "bf16");
  const values = hardValues(), bits = new Uint16Array(values.length);
  roundToBfloat16(values, bits);
  const wide = tf.tensor4d(values, [1, 1, values.length, 1]), narrow = kernels.narrow(wide);
  const words = new Uint32Array((await narrow.data() as Float32Array).slice().buffer);
  assert.deepEqual(bits, Uint16Array.from(words, (word) => word >>> 16));
  tf.dispose([wide, narrow]);
}, ["tensorflow"]);
