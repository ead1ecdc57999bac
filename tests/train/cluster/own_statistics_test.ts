/** Whether processes normalise by their own slices changes what is learned: they agree on it, and a run keeps it. */
import assert from "node:assert/strict";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { readRun } from "../../../train/run/run_record.ts";
import { loadTrainingState } from "../../../train/run/training_state.ts";
import { makeRun } from "../support/example_run.ts";
import { runCommand } from "../support/run_command.ts";
import { withFolder } from "../support/temporary_folder.ts";
import { killOne } from "./kill_one.ts";
import { killAll, startTogether, trainWell } from "./processes.ts";

const epochs = 4;
const small = [
  ..."--data train/sample --depth 2 --features 4 --downsampling 4 --no-cache".split(" "),
  ...["--epochs", String(epochs)],
];

/** Trains until every process has ended with an error; gives what each said last. */
async function fail(each: readonly (readonly string[])[]): Promise<string[]> {
  const processes = startTogether(each);
  try {
    const endings = await Promise.all(processes.map(({ ending }) => ending));
    for (const { code, stderr } of endings) assert.equal(code, 1, stderr);
    return endings.map(({ stderr }) => stderr.trimEnd().split("\n").at(-1)!);
  } finally {
    await killAll(processes);
  }
}

async function lossesOf(run: string): Promise<number[]> {
  const { metrics } = await readRun(run);
  return metrics.epochs.map(({ trainingLoss }) => trainingLoss);
}

Deno.test("train --cluster names --own-statistics where not every process has it", () =>
  withFolder(async (folder) => {
    const options = [...small, "--out", join(folder, "run")];
    for (const said of await fail([options, [...options, "--own-statistics"]])) {
      assert.match(
        said,
        /^error: .* must have the same --own-statistics: rank 0 \(.*\) has no, rank 1 \(.*\) has yes$/,
      );
    }
  }));

Deno.test("train --resume keeps --own-statistics, records it, and says that another number of processes matters", () =>
  withFolder(async (folder) => {
    const [whole, run, synchronised] = ["whole", "run", "synchronised"].map((name) =>
      join(folder, name)
    );
    const own = [...small, "--own-statistics"];
    await trainWell(2, [...own, "--out", whole]);
    await trainWell(2, [...small, "--out", synchronised]);
    await killOne(1, 1, [...own, "--out", run]);
    const { progress } = (await loadTrainingState(run, assert.fail))!;
    assert.ok(progress.epoch <= epochs, "the run was over before it was stopped");
    const alone = join(folder, "alone");
    await cp(run, alone, { recursive: true });
    const { stdout, stderr } = await runCommand("train", "--resume", alone, "--no-cache");
    assert.match(
      stdout,
      /^It was on (.*, )?2 processes, now on (.*, )?1 process: with --own-statistics what is learned depends on /m,
      stderr,
    );
    await trainWell(2, ["--resume", run, "--no-cache"]);
    const expected = await lossesOf(whole), others = await lossesOf(synchronised);
    assert.deepEqual(await lossesOf(run), expected);
    assert.equal(expected.length, epochs);
    const apart = Math.abs(expected.at(-1)! - others.at(-1)!);
    assert.ok(apart > 1e-4, `own statistics make no difference here: ${apart}`);

    const { code } = await runCommand("runs", "--runs", folder);
    assert.equal(code, 0);
    assert.match(
      await Deno.readTextFile(join(folder, "index.html")),
      /<th>own statistics(<td [^>]*>(true|-)\s*){4}/,
    );
  }));

Deno.test("train --resume refuses --own-statistics of a run that was started without, and a single process it", () =>
  withFolder(async (folder) => {
    const run = await makeRun(join(folder, "run"), { config: { ownStatistics: false } });
    const options = ["--resume", run, "--own-statistics"];
    for (const said of await fail([options, options])) {
      assert.match(said, /Cannot go on with .* as --own-statistics must not be given/);
    }
    for (const option of [["--own-statistics"], ["--start-seconds", "60"]]) {
      const { code, stderr } = await runCommand("train", ...small, "--out", run, ...option);
      assert.equal(code, 1);
      assert.match(
        stderr,
        new RegExp(`^error: Cannot use ${option[0]} as --cluster must be given`),
      );
    }
  }));
