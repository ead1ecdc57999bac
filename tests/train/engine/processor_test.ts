/** On a processor without AVX, on which TensorFlow's wheels die, training goes on without them and says why. */
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { findTensorFlow, libraryVariable } from "../../../train/engine/tensorflow/libraries.ts";
import { hasAvx, lackOfProcessor } from "../../../train/engine/tensorflow/processor.ts";
import { copySlices } from "../support/sample_copy.ts";
import { canMount, runWithFile } from "../support/small_disk.ts";
import { withFolder } from "../support/temporary_folder.ts";

Deno.test("hasAvx looks for AVX among whole names, on any processor, and believes who says nothing", () => {
  assert.ok(!hasAvx("flags\t\t: fpu avx2 avx512f\n"));
  assert.ok(hasAvx("flags : sse\n\nflags : sse avx\n"));
  assert.ok(hasAvx("Features\t: fp asimd\n"));
  assert.ok(hasAvx(""));
});

const lacking = process.arch !== "x64"
  ? "not an x64 processor"
  : !canMount
  ? "no file system can be mounted"
  : (!findTensorFlow() || Deno.env.has(libraryVariable)) && "no TensorFlow of our own";

Deno.test({
  name: `train on a processor without AVX takes another engine, and says why${
    lacking ? ` (skipped: ${lacking})` : ""
  }`,
  ignore: Boolean(lacking),
  fn: () =>
    withFolder(async (folder) => {
      const cpuinfo = "/proc/cpuinfo", old = join(folder, "cpuinfo"), data = join(folder, "data");
      await copySlices(data, "TCGA_CS_4943_20000902", [14]);
      await copySlices(data, "TCGA_HT_7602_19951103", [9]);
      await writeFile(old, (await readFile(cpuinfo, "utf8")).replace(/ avx\S*/g, ""));
      const run = (...command: string[]) => runWithFile(old, cpuinfo, command);
      const train = (out: string, ...options: string[]) =>
        run(
          ...["train", "--data", data, "--out", join(folder, out), "--validation", "0.5"],
          ...["--epochs", "1", "--features", "4", "--depth", "2", "--downsampling", "4"],
          ...["--no-cache", ...options],
        );
      const why = "as this machine's processor must have AVX";

      const usual = await train("auto");
      assert.equal(usual.status, 0, usual.stderr);
      assert.match(
        usual.stdout,
        new RegExp(`^Training on Web(Assembly|GPU) .*Cannot use TensorFlow ${why}`, "m"),
      );

      const asked = await train("asked", "--backend", "tensorflow");
      assert.equal(asked.status, 1);
      assert.match(asked.stderr, new RegExp(`^error: Cannot use TensorFlow ${why}[^\\n]*\\n$`));

      const setup = await run("setup");
      assert.equal(setup.status, 1);
      assert.match(setup.stderr, new RegExp(`^error: Cannot install TensorFlow ${why}[^\\n]*\\n$`));
    }),
});

Deno.test("lackOfProcessor finds nothing lacking where TensorFlow opens", () => {
  if (findTensorFlow()) assert.equal(lackOfProcessor(), undefined);
});
