/** A run that died before its first save goes on from the weights that it was started from, and no others. */
import assert from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readCheckpoint, writeCheckpoint } from "../../../train/run/checkpoint.ts";
import { runFiles } from "../../../train/run/run_folder.ts";
import { runCommand } from "../support/run_command.ts";
import { withFolder } from "../support/temporary_folder.ts";
import { dieAt } from "./die_at.ts";
import { figures, finish, ignore, makeData, options } from "./small_training.ts";

Deno.test({
  name:
    "train --resume of a run killed before its first save refuses changed weights of --start; once saved it needs none",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const [base, whole, run] = ["base", "whole", "run"].map((name) => join(folder, name));
      const all = ["--data", await makeData(folder), ...options, "--validation", "0"];
      const train = async (...args: string[]) => {
        const { code, stderr } = await runCommand("train", ...all, ...args);
        assert.equal(code, 0, stderr);
      };
      await train("--out", base, "--epochs", "1");
      await train("--out", whole, "--start", base);
      await dieAt("step", 1, ...all, "--out", run, "--start", base);

      const best = join(base, runFiles.best), kept = await readFile(best);
      const others = await readCheckpoint(best);
      others.weights.get("layers.0.conv1.weight")!.data[0] += 0.5;
      await writeCheckpoint(best, others);
      const refused = await runCommand("train", "--resume", run);
      assert.equal(refused.code, 1);
      const { start } = JSON.parse(await readFile(join(run, runFiles.config), "utf8"));
      assert.match(
        refused.stderr,
        new RegExp(
          `^error: Cannot start from ${base} as the SHA-256 of its weights must be .*, ${start.sha256}: current value`,
        ),
      );
      await rm(best);
      const lacking = await runCommand("train", "--resume", run);
      assert.match(lacking.stderr, /^error: Cannot read the checkpoint .*best\.safetensors: /);

      await writeFile(best, kept);
      // Four steps an epoch: within the first of the second.
      await dieAt("step", 5, "--resume", run);
      await rm(base, { recursive: true });
      await finish(run);
      assert.deepEqual(await figures(run), await figures(whole));
    }),
});
