/** The training benchmark compares what computes on devices of one kind. */
import assert from "node:assert/strict";
import { findTensorFlow } from "../../train/engine/tensorflow/libraries.ts";

const ignore = Deno.env.get("CI") !== "true" && !findTensorFlow();

/** One step of a small network, with no GPU to be seen. */
async function step(device: string, ...issue: string[]) {
  const shape = ["1", "16", "2", "2"], script = `${import.meta.dirname}/gliomap_step.ts`;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", script, "tensorflow", device, "fp32", ...shape, ...issue],
    env: { CUDA_VISIBLE_DEVICES: "" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const lines = child.stdin.getWriter();
  // A program that refuses does not listen any more.
  await lines.write(new TextEncoder().encode("step\n")).then(() => lines.close()).catch(() => {});
  const { code, stdout, stderr } = await child.output(), text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}

Deno.test({
  name:
    "gliomap_step answers with seconds and says what it computes on, compiled where it is told so; for CUDA it wants a GPU",
  ignore,
  async fn() {
    const usual = await step("cpu");
    assert.equal(usual.code, 0, usual.stderr);
    assert.ok(JSON.parse(usual.stdout).seconds > 0);
    assert.match(usual.stderr, /^Gliomap tensorflow fp32: TensorFlow .* on the CPU$/m);

    const compiled = await step("cpu", "compiled");
    assert.equal(compiled.code, 0, compiled.stderr);
    assert.match(compiled.stderr, /on the CPU, steps compiled by XLA$/m);

    const refused = await step("cuda");
    assert.equal(refused.code, 1);
    assert.match(
      refused.stderr,
      /must compute on a GPU: current value is TensorFlow .* on the CPU/,
    );
    assert.equal(refused.stdout, "");
  },
});
