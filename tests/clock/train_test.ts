/** A training whose clock jumps. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { findTensorFlow } from "../../train/engine/tensorflow/libraries.ts";
import type { RunMetrics } from "../../train/run/run_folder.ts";
import { startCommand, startCommandUnderClock } from "../train/support/command_process.ts";
import { copySlices } from "../train/support/sample_copy.ts";
import { withFolder } from "../train/support/temporary_folder.ts";

const ignore = Deno.env.get("CI") !== "true" && !findTensorFlow();

/** Runs a training; gives its lines and the figures of its epochs. */
async function run(start: typeof startCommand, data: string, out: string) {
  const small =
    "--epochs 3 --features 4 --depth 3 --backend tensorflow --validation 0.5 --no-cache";
  const process = start("train", "--data", data, "--out", out, ...small.split(" "));
  const { code, stderr } = await process.ended;
  assert.equal(code, 0, stderr);
  const { epochs }: RunMetrics = JSON.parse(await Deno.readTextFile(join(out, "metrics.json")));
  return { lines: process.lines, epochs };
}

Deno.test({
  name: "train learns the same, and knows what it took and takes, when the clock jumps by hours",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const data = join(folder, "data");
      await copySlices(data, "TCGA_CS_4943_20000902", [14, 15]);
      await copySlices(data, "TCGA_HT_7602_19951103", [9]);
      const calm = await run(startCommand, data, join(folder, "calm"));
      const { lines, epochs } = await run(startCommandUnderClock, data, join(folder, "jumping"));
      for (const { seconds, slicesPerSecond } of epochs) {
        assert.ok(seconds > 0 && seconds < 3600, `${seconds} s`);
        assert.ok(slicesPerSecond! > 0);
      }
      // The time left is of minutes at most, and none of it negative.
      const left = lines.filter((line) => / left\b/.test(line));
      assert.equal(left.length, 2, lines.join("\n"));
      for (const line of left) assert.doesNotMatch(line, /-\d|\d h\b/, line);
      const learned = (run: typeof calm) =>
        run.epochs.map(({ seconds: _, slicesPerSecond: __, ...figures }) => figures);
      assert.deepEqual(learned({ lines, epochs }), learned(calm));
    }),
});
