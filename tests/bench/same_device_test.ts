/** The training benchmark compares no GPU with a processor, whichever engine has the GPU. */
import assert from "node:assert/strict";
import { assertSameDevice } from "./same_device.ts";

Deno.test("assertSameDevice takes processors with processors and GPUs with GPUs, of CUDA and of WebGPU", () => {
  for (const gpu of ["TensorFlow 2.21.0 on a CUDA GPU", "WebGPU on NVIDIA H200"]) {
    assertSameDevice("cuda", gpu);
    assert.throws(() => assertSameDevice("cpu", gpu), {
      message:
        "Cannot compare with PyTorch on the CPU as Gliomap must compute on it as well (--device cuda compares " +
        `GPUs): current value is ${gpu}`,
    });
  }
  for (
    const processor of [
      "TensorFlow 2.21.0 on the CPU, steps compiled by XLA",
      "WebGPU on llvmpipe (imitated by the CPU)",
      "WebAssembly on the CPU",
    ]
  ) {
    assertSameDevice("cpu", processor);
    assert.throws(() => assertSameDevice("cuda", processor), /must compute on a GPU: current/);
  }
});
