/** A training that does not fit into memory says what would; a batch is no larger than the data. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { findTensorFlow } from "../../../train/engine/tensorflow/libraries.ts";
import { runCommand } from "../support/run_command.ts";
import { copySlices } from "../support/sample_copy.ts";
import { withFolder } from "../support/temporary_folder.ts";

Deno.test({
  name: "train takes a --batch-size larger than the data, and explains memory that cannot be had",
  ignore: Deno.env.get("CI") !== "true" && !findTensorFlow(),
  fn: () =>
    withFolder(async (folder) => {
      const data = join(folder, "data");
      await copySlices(data, "TCGA_CS_4943_20000902", [14, 15]);
      await copySlices(data, "TCGA_HT_7602_19951103", [9]);
      const train = (out: string, ...options: string[]) =>
        runCommand(
          ...["train", "--data", data, "--out", join(folder, out), "--epochs", "1"] as const,
          ...["--downsampling", "4", "--depth", "2", "--validation", "0.5", "--no-cache"],
          ...["--batch-size", "10000000", "--backend", "tensorflow", ...options],
        );
      const large = await train("large", "--features", "4");
      assert.equal(large.code, 0, large.stderr);
      const larger = await train("larger", "--features", "1000000");
      assert.equal(larger.code, 1);
      assert.match(
        larger.stderr,
        /^error: Cannot train .* memory, with [12] slices? of 48 x 48 pixels: .*--batch-size/m,
      );
    }),
});
