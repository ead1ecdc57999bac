/** Copies between the program's memory and the device's that another thread makes. */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { numbersOnHost, readNumber } from "../../../train/engine/kernels/transfers.ts";
import { tensorFlowBackend } from "../../../train/engine/kernels/tensorflow_backend.ts";
import { allocateAligned } from "../../../train/engine/tensorflow/aligned_memory.ts";
import { openTensorFlow } from "../../../train/engine/tensorflow/c_api.ts";
import { dataType } from "../../../train/engine/tensorflow/data_type.ts";
import { findTensorFlow } from "../../../train/engine/tensorflow/libraries.ts";
import { Transfers } from "../../../train/engine/tensorflow/transfers.ts";
import { testBackends } from "../support/backends.ts";

const onTensorFlow: Parameters<typeof testBackends>[2] = ["tensorflow"];

/** Numbers in memory that TensorFlow takes as it is. */
function alignedFloats(values: readonly number[]): Float32Array<ArrayBuffer> {
  const { buffer, byteOffset } = allocateAligned(4 * values.length);
  const floats = new Float32Array(buffer, byteOffset, values.length);
  floats.set(values);
  return floats;
}

testBackends(
  "tensors that other threads bring are there all at once, and as they were",
  async () => {
    const { binding } = tensorFlowBackend(), before = binding.getNumOfTensors();
    const [device] = binding.devices.slice(-1), { TF_FLOAT } = binding;
    const all = Array.from(
      { length: 20 },
      (_, index) => alignedFloats([index, index + 0.5, -index]),
    );
    const ids = await Promise.all(
      all.map((values) => binding.createTensorLater([3], TF_FLOAT, values, device)),
    );
    assert.equal(binding.getNumOfTensors(), before + 20);
    const read = await Promise.all(ids.map((id) => binding.tensorDataLater(id)));
    assert.deepEqual(read, all.map((values) => values.slice()));
    assert.deepEqual(ids.map((id) => binding.tensorDataSync(id)), read);
    for (const id of ids) binding.deleteTensor(id);
    assert.equal(binding.getNumOfTensors(), before);
  },
  onTensorFlow,
);

testBackends("bits of bfloat16 that another thread brings are bfloat16", async () => {
  const { binding } = tensorFlowBackend(), [device] = binding.devices.slice(-1);
  // 1, -2 and 0.15625.
  const bits = Uint16Array.of(0x3f80, 0xc000, 0x3e20);
  const id = await binding.createTensorLater([3], binding.TF_FLOAT, bits, device);
  assert.ok(binding.isBfloat16(id));
  assert.deepEqual(await binding.tensorDataLater(id), Float32Array.of(1, -2, 0.15625));
  binding.deleteTensor(id);
}, onTensorFlow);

testBackends("a device that there is not is named, and nothing is left behind", async () => {
  const { binding } = tensorFlowBackend(), before = binding.getNumOfTensors();
  const wrong = "/job:localhost/replica:0/task:0/device:GPU:77";
  const results = await Promise.allSettled([
    binding.createTensorLater([1], binding.TF_FLOAT, alignedFloats([1]), wrong),
    // Each copy has a status of its own.
    binding.createTensorLater([1], binding.TF_FLOAT, alignedFloats([2]), binding.devices[0]),
  ]);
  assert.equal(results[0].status, "rejected");
  assert.match(
    (results[0] as PromiseRejectedResult).reason.message,
    /^TensorFlow cannot copy a tensor to .*GPU:77: /,
  );
  const { value } = results[1] as PromiseFulfilledResult<number>;
  assert.deepEqual(binding.tensorDataSync(value), Float32Array.of(2));
  binding.deleteTensor(value);
  assert.equal(binding.getNumOfTensors(), before);
}, onTensorFlow);

testBackends("memory that begins where TensorFlow wants it is taken as it is", () => {
  const api = openTensorFlow(findTensorFlow()!), transfers = new Transfers(api, null);
  const memory = allocateAligned(64), moved = memory.subarray(4);
  for (const [bytes, isTaken] of [[memory, true], [moved, false]] as const) {
    bytes.fill(7);
    const handle = transfers.borrowed([bytes.length], dataType.uint8, bytes);
    const tensor = api.TFE_TensorHandleResolve(handle, api.status),
      data = api.TF_TensorData(tensor);
    const own = Deno.UnsafePointer.of(bytes);
    assert.equal(Deno.UnsafePointer.equals(data, own), isTaken);
    assert.deepEqual(
      new Uint8Array(Deno.UnsafePointerView.getArrayBuffer(data!, bytes.length).slice(0)),
      bytes.slice(),
    );
    api.TF_DeleteTensor(tensor);
    api.TFE_DeleteTensorHandle(handle);
  }
}, onTensorFlow);

testBackends("readNumber and numbersOnHost give what tfjs does", async () => {
  assert.equal(await readNumber(tf.scalar(1.5)), 1.5);
  const numbers = numbersOnHost([1, 2.5]);
  assert.deepEqual(numbers.shape, [2]);
  assert.deepEqual(await tf.mul(numbers, 2).data(), Float32Array.of(2, 5));
});
