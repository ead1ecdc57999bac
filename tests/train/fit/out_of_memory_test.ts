/** Memory that cannot be had is explained, whoever asked for it. */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { explainOutOfMemory, OutOfMemoryError } from "../../../train/fit/out_of_memory.ts";
import { testBackends } from "../support/backends.ts";

const size = { batchSize: 800, height: 96, width: 80 };

function assertExplained(allocate: () => unknown): void {
  assert.throws(() => {
    try {
      allocate();
    } catch (error) {
      throw explainOutOfMemory(error, size);
    }
  }, (error) => {
    assert.ok(error instanceof OutOfMemoryError, String(error));
    assert.match(
      error.message,
      /800 slices of 80 x 96 pixels.*--batch-size.*--crop.*--downsampling/,
    );
    return true;
  });
}

Deno.test("explainOutOfMemory explains JavaScript's errors for arrays that cannot be had", () => {
  assertExplained(() => new ArrayBuffer(2 ** 52));
  assertExplained(() => new Float32Array(2 ** 52));
});

testBackends("explainOutOfMemory explains TensorFlow's error", () => {
  // 512 TiB are more than a process can address.
  const one = tf.ones([1, 1]);
  assertExplained(() => tf.tile(one, [2 ** 24, 2 ** 23]));
  one.dispose();
}, ["tensorflow"]);

Deno.test("explainOutOfMemory leaves other errors alone", () => {
  const other = new RangeError("Cannot train with --crop 7");
  assert.equal(explainOutOfMemory(other, size), other);
  assert.equal(explainOutOfMemory("no error", size), "no error");
});
