/** A run is trained by one process at a time, and by the next one at once where that was killed. Real processes. */
import assert from "node:assert/strict";
import { cp, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { removeRun } from "../../../train/run/run_lock.ts";
import { loadTrainingState } from "../../../train/run/training_state.ts";
import { type CommandProcess, startCommand } from "../support/command_process.ts";
import { root, runCommand } from "../support/run_command.ts";
import { copySlices } from "../support/sample_copy.ts";
import { withFolder } from "../support/temporary_folder.ts";

/** A run that does not end by itself. */
async function begin(folder: string): Promise<{ run: string; first: CommandProcess }> {
  const data = join(folder, "data"), run = join(folder, "run");
  await copySlices(data, "TCGA_CS_4943_20000902", [14]);
  await copySlices(data, "TCGA_HT_7602_19951103", [9]);
  const first = startCommand(
    ...["train", "--data", data, "--out", run, "--recipe", "reference"] as const,
    ...["--epochs", "100000", "--features", "2", "--depth", "2", "--downsampling", "8"],
    ...["--backend", "wasm", "--validation", "0.5", "--no-cache"],
  );
  await first.line(/^epoch +1\//);
  return { run, first };
}

Deno.test("train refuses a run that another process trains, and leaves it alone", () =>
  withFolder(async (folder) => {
    const { run, first } = await begin(folder);
    try {
      const held = new RegExp(`it is being trained by process ${first.pid} on `);
      for (const option of ["--resume", "--out"]) {
        const second = startCommand(
          ...["train", "--data", join(folder, "data"), option, run, "--backend", "wasm"] as const,
        );
        try {
          // Were it not refused, it would train for hours.
          await assert.rejects(second.line(/^epoch /), held);
          assert.equal((await second.ended).code, 1);
        } finally {
          await second.kill();
        }
      }
      await assert.rejects(removeRun(run, assert.fail), held);
      const { epoch } = (await loadTrainingState(run, () => {}))!.progress;
      await first.line(new RegExp(`^epoch +${epoch + 1}/`));
    } finally {
      await first.kill();
    }
  }));

Deno.test("train --resume goes on at once with a run whose process was killed, and leaves no lock behind", () =>
  withFolder(async (folder) => {
    const { run, first } = await begin(folder);
    await first.kill();
    assert.ok(await stat(join(run, ".lock")), "there is a lock to take over");
    const next = startCommand("train", "--resume", run, "--backend", "wasm", "--no-cache");
    try {
      await next.line(/^Going on with .* at epoch/);
      await next.line(/^epoch /); // from here on signals are heard
      next.terminate();
      assert.match((await next.ended).stderr, /Interrupted; the run is saved/);
      assert.ok(!(await readdir(run)).includes(".lock"));
    } finally {
      await next.kill();
    }
  }));

Deno.test("train --resume of a folder that holds no run writes nothing there", () =>
  withFolder(async (folder) => {
    await writeFile(join(folder, "notes.txt"), "");
    const { stderr } = await runCommand("train", "--resume", folder);
    assert.match(stderr, /config\.json must be readable/);
    assert.deepEqual(await readdir(folder), ["notes.txt"]);
  }));

Deno.test("removeRun removes a run that nobody trains, and makes nothing of one that is not there", () =>
  withFolder(async (folder) => {
    const run = join(folder, "run");
    await cp(join(root, "train/sample/TCGA_CS_4943_20000902"), run, { recursive: true });
    await removeRun(run, assert.fail);
    await removeRun(run, assert.fail);
    assert.deepEqual(await readdir(folder), []);
  }));
