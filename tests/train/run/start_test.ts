/** Runs that start from another run's network or a model's, learn from all patients, or from windows: through the command line. */
import assert from "node:assert/strict";
import { copyFile, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readCheckpoint } from "../../../train/run/checkpoint.ts";
import type { RunConfig, RunMetrics } from "../../../train/run/run_folder.ts";
import { findTensorFlow } from "../../../train/engine/tensorflow/libraries.ts";
import { runCommand } from "../support/run_command.ts";
import { copySlices } from "../support/sample_copy.ts";
import { withFolder } from "../support/temporary_folder.ts";

const ignore = Deno.env.get("CI") !== "true" && !findTensorFlow();
const first = "TCGA_CS_4943_20000902", second = "TCGA_HT_7602_19951103";

async function train(data: string, out: string, ...options: string[]) {
  const command = ["--data", data, "--out", out, "--recipe", "best", "--backend", "tensorflow"];
  const small = ["--epochs", "2", "--batch-size", "4", "--no-cache", "--downsampling", "2"];
  return await runCommand("train", ...command, ...small, ...options);
}

Deno.test({
  name:
    "train --start grows a network, keeps its patients in the record, and never measures on them",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const data = join(folder, "data"), base = join(folder, "base"), grown = join(folder, "grown");
      await copySlices(data, first, [14, 15, 16]);
      await copySlices(data, second, [8, 9, 10]);
      const based = await train(
        ...[data, base, "--validation", "0", "--features", "4,6", "--crop", "96"] as const,
      );
      assert.equal(based.code, 0, based.stderr);
      const metrics: RunMetrics = JSON.parse(await readFile(join(base, "metrics.json"), "utf8"));
      assert.equal(metrics.bestEpoch, 2, "without validation the last epoch is the result");

      const next = ["--start", base, "--features", "2,4,6", "--learning-rate", "1e-9"];
      const leaking = await train(data, grown, "--validation", "0.5", ...next);
      assert.match(
        leaking.stderr,
        /must not have learned from patients to measure on: it has from .*; --split-seed 42 drew its own split; --validation 0 learns from all/,
      );

      for (
        const [option, wrong, right] of [
          ["--scaling", "percentile", "foreground"],
          ["--sequence", "FLAIR", "all"],
        ]
      ) {
        const refused = await train(join(folder, "none"), grown, ...next, option, wrong);
        assert.match(
          refused.stderr,
          new RegExp(
            `^error: Cannot start from ${base} as ${option} must .*, ${right}: current value is ${wrong}`,
          ),
          "before any patient is looked for",
        );
      }
      await assert.rejects(stat(grown), { code: "ENOENT" });

      const grownRun = await train(data, `${grown}-all`, "--validation", "0", ...next);
      assert.equal(grownRun.code, 0, grownRun.stderr);
      // Both runs see slices at half the resolution: the trained levels, now one down, see them at a quarter.
      assert.match(
        grownRun.stdout,
        new RegExp(
          `Starting from ${base}; new, with random weights, are layers\\.0\\.conv1, layers\\.0\\.conv2, .*\n` +
            "It has learned from images smaller by 2, here its layers see them smaller by 4\n",
        ),
      );
      const config: RunConfig = JSON.parse(
        await readFile(join(`${grown}-all`, "config.json"), "utf8"),
      );
      assert.deepEqual(config.start?.patients, [first, second]);
      assert.equal(config.start?.seed, 42, "that of the run it started from");
      const [before, after] = await Promise.all(
        [base, `${grown}-all`].map((run) => readCheckpoint(join(run, "last.safetensors"))),
      );
      const old = before.weights.get("layers.2.conv1.weight")!.data;
      const moved = after.weights.get("layers.4.conv1.weight")!.data;
      const off = Math.max(...old.map((value, index) => Math.abs(value - moved[index])));
      assert.ok(
        off < 1e-6,
        `a tiny learning rate leaves the trained weights: they moved by ${off}`,
      );
    }),
});
Deno.test({
  name: "train --start goes on from an exported model, and never measures on its patients",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const [data, base, model] = ["data", "base", "model"].map((name) => join(folder, name));
      await copySlices(data, first, [14, 15, 16]);
      await copySlices(data, second, [8, 9, 10]);
      const based = await train(data, base, "--validation", "0", "--features", "4,6");
      assert.equal(based.code, 0, based.stderr);
      const exported = await runCommand("export", "--run", base, "--out", model);
      assert.equal(exported.code, 0, exported.stderr);

      const next = ["--start", model, "--features", "4,6", "--learning-rate", "1e-9"];
      const leaking = await train(data, join(folder, "leaking"), "--validation", "0.5", ...next);
      assert.match(leaking.stderr, /must not have learned from patients to measure on/);

      const tuned = join(folder, "tuned");
      const run = await train(data, tuned, "--validation", "0", ...next);
      assert.equal(run.code, 0, run.stderr);
      assert.ok(run.stdout.includes(`Starting from ${model}: all weights are its\n`), run.stdout);
      const other = ["--validation", "0", "--scaling", "percentile"];
      const scaled = await train(data, join(folder, "scaled"), ...other, ...next);
      assert.match(scaled.stderr, /model as --scaling must be that of its network, foreground/);
      const config: RunConfig = JSON.parse(await readFile(join(tuned, "config.json"), "utf8"));
      const { sha256, ...start } = config.start!;
      const called = { model: { name: "base", version: "1.0.0" }, seed: 42 };
      assert.deepEqual(start, { run: model, patients: [first, second], ...called });
      assert.match(sha256!, /^[0-9a-f]{64}$/);
      const [before, after] = await Promise.all(
        [base, tuned].map((run) => readCheckpoint(join(run, "last.safetensors"))),
      );
      for (const [name, { data }] of after.weights) {
        // Statistics of batches are measured anew whatever the learning rate.
        if (name.includes("running")) continue;
        const old = before.weights.get(name)!.data;
        // A model's folder keeps kernels to eleven bits.
        const off = (value: number, index: number) =>
          Math.abs(value - old[index]) < 1e-6 + Math.abs(old[index]) * 2 ** -11;
        assert.ok(data.every(off), name);
      }

      const weights = join(model, "weights.safetensors"), kept = await readFile(weights);
      await copyFile(join(tuned, "last.safetensors"), weights);
      const swapped = await train(data, join(folder, "swapped"), "--validation", "0", ...next);
      assert.match(swapped.stderr, /SHA-256 of weights\.safetensors must be/);
      await writeFile(weights, kept);

      const card = join(model, "card.json"), text = JSON.parse(await readFile(card, "utf8"));
      text.training.patients = "unknown";
      await writeFile(card, JSON.stringify(text));
      const nameless = await train(data, join(folder, "nameless"), "--validation", "0", ...next);
      assert.match(nameless.stderr, /its card must name the patients it has learned from/);
    }),
});
