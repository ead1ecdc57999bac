/** Who interrupts a training is told so, loses nothing, and is obeyed at once when asked twice. Real signals. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { readRun } from "../../../train/run/run_record.ts";
import { loadTrainingState, stateFiles } from "../../../train/run/training_state.ts";
import { withFolder } from "../support/temporary_folder.ts";
import {
  figures,
  finish,
  ignore,
  makeData,
  options,
  runScript,
  unfinished,
  wholeRun,
} from "./small_training.ts";

const message = "Saving after this batch; Ctrl-C again ends at once";

async function stateOf(run: string) {
  const { progress, epochs } = (await loadTrainingState(run, assert.fail))!;
  return { epoch: progress.epoch, step: progress.step, epochsDone: epochs.length };
}

/** How often the first signal was answered. */
function answers(stdout: string): number {
  return stdout.split("\n").filter((line) => line === message).length;
}

Deno.test({
  name:
    "train says on Ctrl-C that it saves, in a step and in validation, and --resume equals an uninterrupted run",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const { data, expected } = await wholeRun(), run = join(folder, "run");
      const start = ["--data", data, "--out", run, ...options], resume = ["--resume", run];
      const interrupt = async (signal: string, moment: string, count: number, args: string[]) => {
        const plan = [signal, "once", moment, String(count)];
        const { code, stdout, stderr } = await runScript("interrupted_training", ...plan, ...args);
        assert.equal(answers(stdout), 1, stdout);
        assert.equal(
          stderr,
          `Interrupted; the run is saved: deno task train --resume ${run} goes on with it\n`,
        );
        return { code, ...await stateOf(run) };
      };

      // Within the first batch of the first validation: both steps are done, and the epoch is not.
      const first = await interrupt("SIGINT", "validation", 1, start);
      assert.deepEqual(first, { code: 130, epoch: 1, step: 2, epochsDone: 0 });
      // Gone on with, that validation is the first thing done, and all of it: again within its first batch.
      const again = await interrupt("SIGINT", "validation", 1, resume);
      assert.deepEqual(again, first);
      // Within the first step of epoch 2, also where no worker is waited for; then within the last one.
      const step = await interrupt("SIGINT", "step", 1, [...resume, "--workers", "0"]);
      assert.deepEqual(step, { code: 130, epoch: 2, step: 1, epochsDone: 1 });
      const next = await interrupt("SIGTERM", "step", 1, resume);
      assert.deepEqual(next, { code: 143, epoch: 2, step: 2, epochsDone: 1 });

      const stdout = await finish(run);
      assert.match(stdout, /^Going on with .* at epoch 2$/m);
      assert.deepEqual(await figures(run), expected);
      // Of the epochs whose steps had all been done nobody knows how fast they were.
      const { metrics } = await readRun(run);
      const speeds = metrics.epochs.map(({ slicesPerSecond }) => slicesPerSecond);
      assert.deepEqual(speeds.slice(0, 2), [null, null]);
      assert.ok(speeds.slice(2).every((speed) => speed! > 0), `${speeds}`);
    }),
});

Deno.test({
  name:
    "train ends at once on the second Ctrl-C, also while it saves, and leaves the last state whole",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const { data, expected } = await wholeRun(), run = join(folder, "run");
      const end = await runScript(
        ...["interrupted_training", "SIGINT", "twice", "step", "5"] as const,
        ...["--data", data, "--out", run, ...options],
      );
      assert.equal(end.code, 130, end.stderr);
      assert.equal(answers(end.stdout), 1, end.stdout);
      assert.doesNotMatch(end.stdout + end.stderr, /saved/);
      assert.deepEqual(await unfinished(run), [stateFiles.arriving]);
      assert.deepEqual(await stateOf(run), { epoch: 3, step: 0, epochsDone: 2 });
      await finish(run);
      assert.deepEqual(await figures(run), expected);
      assert.deepEqual(await unfinished(run), []);
    }),
});

Deno.test({
  name: "train goes on when the terminal is closed that it was detached from, as with nohup",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const data = await makeData(folder), run = join(folder, "run");
      const end = await runScript(
        ...["interrupted_training", "SIGHUP", "once", "step", "2"] as const,
        ...["--data", data, "--out", run, ...options],
      );
      assert.equal(end.code, 0, end.stderr);
      assert.equal(answers(end.stdout), 0);
      assert.match(end.stdout, /^epoch 4\/4 /m);
    }),
});
