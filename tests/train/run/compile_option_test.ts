/** `--compile` has XLA compile a run's steps, also after `--resume`, and says so; other engines and clusters refuse it. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { runCommand } from "../support/run_command.ts";
import { withFolder } from "../support/temporary_folder.ts";
import { dieAt } from "./die_at.ts";
import { figures, ignore, makeData, runScript } from "./small_training.ts";

/** Three steps an epoch, all of one size, of a network that is compiled in seconds; five batches to measure on. */
const small = "--epochs 2 --features 2 --depth 2 --batch-size 1 --validation 0.4 --downsampling 8"
  .split(" ");

async function train(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runCommand("train", ...args);
  assert.equal(code, 0, stderr);
  assert.doesNotMatch(stderr, /Steps are not compiled/);
  return stdout;
}

Deno.test({
  name: "train --compile goes on to the bit with --compile, and says where a run goes on without",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const data = await makeData(folder), whole = join(folder, "whole"), run = join(folder, "run");
      const start = ["--data", data, ...small, "--compile", "--out"];
      assert.match(
        await train(...start, whole),
        /^Training on TensorFlow .* steps compiled by XLA: /m,
      );
      await dieAt("validation", 6, ...start, run);
      // Killed in its first step, it leaves the run where it was.
      const { stdout } = await runScript("dying_training", "step", "1", "--resume", run);
      const changed =
        "^It was on (TensorFlow .*), steps compiled by XLA, now on \\1: losses may differ";
      assert.match(stdout, new RegExp(changed, "m"));
      const said = await train("--resume", run, "--compile");
      assert.match(said, /^Training on TensorFlow .* steps compiled by XLA: the run was on it$/m);
      assert.doesNotMatch(said, /It was on/);
      assert.deepEqual(await figures(run), await figures(whole));
    }),
});

Deno.test("train --compile is refused with another engine, and in a cluster", () =>
  withFolder(async (folder) => {
    const data = await makeData(folder);
    const start = ["--data", data, ...small, "--compile", "--out", join(folder, "run")];
    for (
      const [options, refusal] of [
        [
          "--backend wasm",
          /compile steps as the backend must be tensorflow: current value is wasm\n$/,
        ],
        [
          "--cluster a:4000,b:4000 --rank 0",
          /^error: Cannot train in a cluster as --compile must not be given: .*\n$/,
        ],
      ] as const
    ) {
      const { code, stderr } = await runCommand("train", ...start, ...options.split(" "));
      assert.equal(code, 1);
      assert.match(stderr, refusal);
    }
  }));
