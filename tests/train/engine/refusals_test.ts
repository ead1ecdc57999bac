/** What the GPU refuses is an error here, not a result of zeros. In a file of its own: the GPU is no good afterwards. */
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { runShader } from "../../../train/engine/webgpu/shader.ts";
import { testBackends } from "../support/backends.ts";
import { runCommand } from "../support/run_command.ts";
import { withFolder } from "../support/temporary_folder.ts";

testBackends("openBackend refuses a tensor that the GPU cannot hold, and says what to do", () => {
  const { limits } = (tf.backend() as WebGPUBackend).device;
  const pixels = Math.floor(limits.maxStorageBufferBindingSize / 4);
  // What every GPU holds: of a GPU that allows four gigabytes, the memory may be full before.
  tf.tidy(() => tf.fill([2 ** 27 / 4], 2).square());
  assert.throws(
    () => tf.tidy(() => tf.fill([pixels + 1], 2).square()),
    /must have at most \d+ bytes: current value is \d+ \(a smaller --batch-size/,
  );
}, ["webgpu"]);

testBackends(
  "train refuses in one line a network that the GPU cannot hold",
  () =>
    withFolder(async (folder) => {
      const { limits } = (tf.backend() as WebGPUBackend).device;
      // What the first convolution makes of a batch is a little too large.
      const batch = 32, pixels = batch * 256 * 256;
      const features = Math.floor(limits.maxStorageBufferBindingSize / (pixels * 4)) + 1;
      const { code, stdout, stderr } = await runCommand(
        ...["train", "--data", "train/sample", "--out", `${folder}/run`, "--no-cache"] as const,
        ...["--recipe", "reference", "--backend", "webgpu", "--batch-size", `${batch}`],
        ...["--features", `${features},2`],
      );
      assert.equal(code, 1);
      assert.match(
        stderr,
        /^error: Cannot compute on this GPU as a tensor must have at most \d+ bytes: [^\n]*\n$/,
      );
      assert.doesNotMatch(stdout, /epoch/);
      assert.deepEqual(await readdir(folder), [], "the refused run leaves nothing");
    }),
  ["webgpu"],
);

testBackends(
  "openBackend makes what the GPU does not understand an error of who reads the result",
  async () => {
    const one = tf.ones([1]);
    const shader = {
      name: "not WGSL",
      inputs: ["input"],
      numbers: [],
      code: "fn main(index : i32) { no }",
    };
    const wrong = runShader(shader, { inputs: [one], numbers: {}, outputShape: [1] });
    await assert.rejects(wrong.data(), /^GpuError: The GPU refused to compute: .*Shader/s);
  },
  ["webgpu"],
);
