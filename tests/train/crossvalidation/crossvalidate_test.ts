/** A cross-validation that is killed in its second fold, goes on, and measures every patient. Real processes. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { findTensorFlow } from "../../../train/engine/tensorflow/libraries.ts";
import { startCommand } from "../support/command_process.ts";
import { commandEnvironment, root, runCommand } from "../support/run_command.ts";
import { copySlices } from "../support/sample_copy.ts";
import { withFolder } from "../support/temporary_folder.ts";

const ignore = Deno.env.get("CI") !== "true" && !findTensorFlow();

const options = [
  ...["--folds", "2", "--epochs", "3", "--features", "4", "--depth", "2", "--batch-size", "2"],
  ...["--backend", "tensorflow"],
];

async function makeData(folder: string): Promise<string> {
  const data = join(folder, "data");
  await copySlices(data, "TCGA_CS_4943_20000902", [15, 16, 17]);
  await copySlices(data, "TCGA_HT_7602_19951103", [8, 9]);
  await copySlices(data, "TCGA_DU_5855_19951217", [14, 15]);
  return data;
}

/** Runs the command until a line says that an epoch of the second fold is over, and kills it. */
async function killInSecondFold(...args: string[]): Promise<void> {
  const command = ["run", "--allow-all", "train/commands/crossvalidate.ts", ...args];
  const process = spawn(Deno.execPath(), command, {
    cwd: root,
    env: { ...Deno.env.toObject(), ...commandEnvironment },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const exit = once(process, "exit");
  let second = false;
  for await (const line of createInterface({ input: process.stdout })) {
    second ||= line === "== Fold 2 of 2";
    if (second && line.startsWith("epoch 1/3")) process.kill("SIGKILL");
  }
  await exit;
  assert.ok(second);
}

Deno.test({
  name:
    "crossvalidate goes on after kill -9, keeps what is finished, and measures every patient once",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const data = await makeData(folder), out = join(folder, "out");
      const args = ["--data", data, "--out", out, ...options];
      await killInSecondFold(...args);
      const first = await readFile(join(out, "fold-1/metrics.json"));

      const { code, stdout, stderr } = await runCommand("crossvalidate", ...args);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /== Fold 1 of 2\nis finished\n/);
      assert.match(stdout, /== Fold 2 of 2\n(.*\n)*Going on with .*fold-2 at epoch [23]/);
      assert.match(stdout, /\nall +3 +\d\.\d{3} /);
      assert.match(stdout, /not for clinical use/);
      assert.deepEqual(await readFile(join(out, "fold-1/metrics.json")), first);

      const { patients } = JSON.parse(await readFile(join(out, "evaluation.json"), "utf8"));
      assert.deepEqual(patients.map(({ id }: { id: string }) => id), [
        "TCGA_CS_4943_20000902",
        "TCGA_DU_5855_19951217",
        "TCGA_HT_7602_19951103",
      ]);
      for (const { id, fold } of patients) {
        const split = JSON.parse(await readFile(join(out, `fold-${fold}/split.json`), "utf8"));
        assert.ok(split.validation.includes(id) && !split.training.includes(id));
        assert.deepEqual(split.fold, { fold, folds: 2 });
      }

      const other = await runCommand("crossvalidate", ...args, "--epochs", "4", "--seed", "1");
      assert.equal(other.code, 1);
      assert.match(
        other.stderr,
        /must be those that it began with: .*epochs 4, not 3; seed 1, not 42/,
      );
      await copySlices(data, "TCGA_FG_6692_20020606", [12]);
      const more = await runCommand("crossvalidate", ...args);
      assert.match(more.stderr, /patients that were not there: TCGA_FG_6692_20020606\n$/);
    }),
});

Deno.test({
  name:
    "crossvalidate starts each fold from that fold of another one, never from one that saw its patients",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const data = await makeData(folder),
        before = join(folder, "before"),
        out = join(folder, "out");
      const args = ["--data", data, ...options, "--epochs", "1"];
      const first = await runCommand("crossvalidate", ...args, "--out", before);
      assert.equal(first.code, 0, first.stderr);
      const grown = [...args, "--start", before, "--depth", "3", "--out", out];
      const unlike = await runCommand("crossvalidate", ...grown, "--sequence", "FLAIR");
      assert.match(unlike.stderr, /fold-1 as --sequence must be that of its network, all/);
      // With the option mended the same folder is as good as new.
      const { code, stderr } = await runCommand("crossvalidate", ...grown);
      assert.equal(code, 0, stderr);
      for (const fold of ["fold-1", "fold-2"]) {
        const config = JSON.parse(await readFile(join(out, fold, "config.json"), "utf8"));
        const { sha256, ...start } = config.start;
        const read = async (file: string) =>
          JSON.parse(await readFile(join(before, fold, file), "utf8"));
        const { training } = await read("split.json"), { settings } = await read("config.json");
        assert.deepEqual(start, {
          run: join(before, fold),
          patients: training.toSorted(),
          seed: settings.seed,
        });
        assert.match(sha256, /^[0-9a-f]{64}$/);
      }

      await rename(join(before, "fold-1"), join(folder, "fold-2"));
      await rename(join(before, "fold-2"), join(before, "fold-1"));
      const leaking = await runCommand("crossvalidate", ...grown, "--out", join(folder, "leaking"));
      assert.match(
        leaking.stderr,
        /fold-1 as it must not have learned from patients to measure on/,
      );
      const without = await runCommand("crossvalidate", ...args, "--depth", "3", "--out", out);
      assert.match(
        without.stderr,
        /must be those that it began with: start undefined, not .*before/,
      );
    }),
});

Deno.test("crossvalidate refuses a folder with other files, and more folds than patients", async () => {
  await withFolder(async (folder) => {
    const data = await makeData(folder), out = join(folder, "out");
    const many = await runCommand("crossvalidate", "--data", data, "--out", out, "--folds", "4");
    assert.equal(many.code, 1);
    assert.match(many.stderr, /--folds must be a whole number from 2 to 3: current value is 4/);
    await Deno.mkdir(out);
    await writeFile(join(out, "thesis.txt"), "");
    const full = await runCommand("crossvalidate", "--data", data, "--out", out, "--folds", "2");
    assert.match(full.stderr, /new or empty folder.*it has other files/);
  });
});

Deno.test({
  name: "crossvalidate saves the fold under way at Ctrl-C, says so, and goes on with it",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const data = await makeData(folder), out = join(folder, "out");
      const endless = ["--data", data, "--out", out, ...options, "--epochs", "100000"];
      const first = startCommand("crossvalidate", ...endless);
      try {
        await first.line(/^epoch +1\//);
        Deno.kill(first.pid, "SIGINT");
        const { code, stderr } = await first.ended;
        assert.equal(code, 130);
        assert.equal(
          stderr,
          "Interrupted in fold 1 of 2; it is saved: the same command goes on with it\n",
        );
        assert.ok(first.lines.includes("Saving after this batch; Ctrl-C again ends at once"));
      } finally {
        await first.kill();
      }
      const second = startCommand("crossvalidate", ...endless);
      try {
        await second.line(/^Going on with .*fold-1 at epoch \d+$/);
        await second.line(/^epoch /);
      } finally {
        await second.kill();
      }
    }),
});
