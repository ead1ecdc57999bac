/** A run that is refused leaves its folder as it was, so that the same command, mended, can be given again. */
import assert from "node:assert/strict";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { clearRunFolder, takeBackBeginning } from "../../../train/run/run_beginning.ts";
import { runFiles } from "../../../train/run/run_folder.ts";
import { stateFiles } from "../../../train/run/training_state.ts";
import { runCommand } from "../support/run_command.ts";
import { copySlices } from "../support/sample_copy.ts";
import { withFolder } from "../support/temporary_folder.ts";

/** Writes empty files into a folder. */
async function fill(folder: string, ...files: string[]): Promise<void> {
  for (const file of files) await writeFile(join(folder, file), "");
}

const beginning = [runFiles.split, runFiles.metrics, runFiles.config];

Deno.test("clearRunFolder clears what a run left that died before its settings, and nothing else", () =>
  withFolder(async (folder) => {
    await fill(folder, runFiles.split, runFiles.metrics, `.${runFiles.config}.17.tmp`);
    await clearRunFolder(folder);
    assert.deepEqual(await readdir(folder), []);
    for (const file of [runFiles.config, "notes.txt", ".notes.txt.17.tmp", stateFiles.newest]) {
      await fill(folder, file, runFiles.split);
      const files = await readdir(folder);
      await assert.rejects(clearRunFolder(folder), /must be a new or empty folder: it has files/);
      assert.deepEqual(await readdir(folder), files);
      await Deno.remove(join(folder, file));
    }
  }));

Deno.test("takeBackBeginning takes files back, but of no run that began", () =>
  withFolder(async (folder) => {
    const run = join(folder, "run");
    await mkdir(run);
    await fill(run, ...beginning);
    await takeBackBeginning(run);
    assert.deepEqual(await readdir(run), []);
    for (const sign of [stateFiles.newest, runFiles.last, runFiles.tensorboard]) {
      await fill(run, ...beginning, sign);
      await takeBackBeginning(run);
      assert.equal((await readdir(run)).length, 4, sign);
      await Deno.remove(join(run, sign));
    }
  }));

Deno.test("train that is refused leaves no folder, or the one that was there empty, and starts once mended", () =>
  withFolder(async (folder) => {
    const data = join(folder, "data"), runs = join(folder, "runs");
    await copySlices(data, "TCGA_CS_4943_20000902", [14]);
    await copySlices(data, "TCGA_HT_7602_19951103", [9]);
    const train = (out: string, ...options: string[]) =>
      runCommand(
        ...[
          "train",
          "--data",
          data,
          "--out",
          out,
          "--recipe",
          "reference",
          "--epochs",
          "1",
        ] as const,
        ...["--features", "2", "--downsampling", "8", "--backend", "wasm", "--validation", "0.5"],
        ...["--no-cache", ...options],
      );
    await mkdir(runs);
    for (const there of [false, true]) {
      const run = join(runs, String(there));
      if (there) await mkdir(run);
      const refused = await train(run, "--crop", "100");
      assert.equal(refused.code, 1);
      assert.match(refused.stderr, /^error: Cannot [^\n]* --crop must be a multiple of [^\n]*\n$/);
      assert.deepEqual(await readdir(runs), there ? ["true"] : []);
      if (there) assert.deepEqual(await readdir(run), []);
    }
    const mended = await train(join(runs, "true"), "--depth", "2");
    assert.equal(mended.code, 0, mended.stderr);
  }));
