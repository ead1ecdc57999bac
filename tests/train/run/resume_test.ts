/** A run that was stopped, in whatever way, goes on as if it had not been. Real processes, really killed. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { loadTrainingState, stateFiles } from "../../../train/run/training_state.ts";
import { exitStatusOf } from "../../../train/terminal/interruption.ts";
import { commandEnvironment, root, runCommand } from "../support/run_command.ts";
import { withFolder } from "../support/temporary_folder.ts";
import { dieAt } from "./die_at.ts";
import {
  figures,
  finish,
  ignore,
  makeData,
  options,
  unfinished,
  wholeRun,
} from "./small_training.ts";

function train(...args: string[]): ChildProcess {
  const command = ["run", "--allow-all", "train/commands/train.ts", ...args];
  return spawn(Deno.execPath(), command, {
    cwd: root,
    env: { ...Deno.env.toObject(), ...commandEnvironment },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Lets a training run until it has printed a line that begins so; its output is read on, so that it can go on. */
function untilLine(process: ChildProcess, beginning: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input: process.stdout! });
    lines.on("line", (line) => line.startsWith(beginning) && resolve());
    lines.on("close", () => reject(new Error(`the training ended without the line ${beginning}`)));
  });
}

/** Stops a training with a signal after its first epoch, in the middle of a later one. */
async function stopped(data: string, run: string, signal: "SIGKILL" | "SIGINT" | "SIGTERM") {
  const process = train("--data", data, "--out", run, ...options);
  let stderr = "";
  process.stderr!.on("data", (text) => stderr += text);
  await untilLine(process, "epoch 1/4");
  const exit = once(process, "exit");
  Deno.kill(process.pid!, signal); // process.kill() would hide the exit status
  const [code] = await exit;
  return { code, stderr };
}

Deno.test({
  name: "train --resume after kill -9, Ctrl-C and SIGTERM equals an uninterrupted run bit for bit",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const { data, expected } = await wholeRun();
      assert.equal(expected.epochs.length, 4);

      const killed = join(folder, "killed");
      await stopped(data, killed, "SIGKILL");
      await finish(killed);
      assert.deepEqual(await figures(killed), expected);

      for (const signal of ["SIGINT", "SIGTERM"] as const) {
        const interrupted = join(folder, signal), end = await stopped(data, interrupted, signal);
        assert.equal(end.code, exitStatusOf(signal));
        assert.match(end.stderr, /Interrupted; the run is saved: deno task train --resume/);
        assert.match(await finish(interrupted), /Going on with .* at epoch [23]/);
        assert.deepEqual(await figures(interrupted), expected);
      }
    }),
});

/** The files of a run's state that there are. */
async function statesOf(run: string): Promise<string[]> {
  const files = await readdir(run);
  return Object.values(stateFiles).filter((file) => files.includes(file));
}

/** Trains until the process kills itself; says which files it left half done. */
async function trainUntil(moment: string, count: number, run: string, ...args: string[]) {
  await dieAt(moment, count, ...args);
  return await unfinished(run);
}

Deno.test({
  name:
    "train --resume equals an uninterrupted run after kill -9 in a step, in the files of a checkpoint and in validation",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const { data, expected } = await wholeRun(), run = join(folder, "run");
      // Two steps an epoch: within the first step of epoch 3.
      const start = ["--data", data, "--out", run, ...options], resume = ["--resume", run];
      assert.deepEqual(await trainUntil("step", 5, run, ...start), []);
      const killed: string[] = [];
      for (
        const [moment, count] of [["write", 1], ["sync", 2], ["write", 3], ["sync", 4]] as const
      ) {
        killed.push(...await trainUntil(moment, count, run, ...resume));
      }
      assert.equal(killed.length, 4);
      for (const file of ["last.safetensors", "metrics.json", stateFiles.arriving]) {
        assert.ok(killed.includes(file), `${file} is not in ${killed}`);
      }
      assert.deepEqual(await trainUntil("validation", 2, run, ...resume), []);
      await finish(run);
      assert.deepEqual(await figures(run), expected);
      assert.deepEqual(await unfinished(run), []);
    }),
});

Deno.test({
  name:
    "train --resume after kill -9 before the last state has its place leaves a finished run, and no state",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const { data, expected } = await wholeRun(), run = join(folder, "run");
      // Three files of the beginning and four of each epoch, of which the state is the last.
      const files = 3 + 4 * 4;
      await trainUntil("named", files, run, "--data", data, "--out", run, ...options);
      assert.deepEqual(await statesOf(run), Object.values(stateFiles));
      assert.equal((await loadTrainingState(run, assert.fail))!.progress.epoch, 5);

      await finish(run);
      assert.deepEqual(await figures(run), expected);
      assert.deepEqual(await statesOf(run), []);
      const again = await runCommand("train", "--resume", run);
      assert.match(again.stderr, /must have been stopped: it is finished/);
    }),
});

Deno.test({
  name:
    "train --resume names a damaged state and goes on from the one before, or refuses when both are",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const data = await makeData(folder), run = join(folder, "run");
      const process = train("--data", data, "--out", run, ...options);
      await untilLine(process, "epoch 2/4");
      const exit = once(process, "exit");
      process.kill("SIGKILL");
      await exit;

      const newest = join(run, stateFiles.newest), before = join(run, stateFiles.before);
      const bytes = await readFile(newest);
      bytes[bytes.length - 1] ^= 1;
      await writeFile(newest, bytes);
      const whole = await readFile(before);
      await truncate(before, 1000);
      const refused = await runCommand("train", "--resume", run);
      assert.equal(refused.code, 1);
      assert.match(
        refused.stderr,
        /state\.safetensors is damaged.*state\.before\.safetensors is damaged/,
      );

      await writeFile(before, whole);
      const stdout = await finish(run);
      assert.match(stdout, /state\.safetensors is damaged: its checksum does not fit/);
      assert.match(stdout, /going on from state\.before\.safetensors/);
      assert.equal((await figures(run)).epochs.length, 4);

      const again = await runCommand("train", "--resume", run);
      assert.equal(again.code, 1);
      assert.match(again.stderr, /must have been stopped: it is finished/);
    }),
});

Deno.test({
  name:
    "train starts anew where it was killed before its settings were written; from then on --resume goes on with it",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const { data, expected } = await wholeRun(), run = join(folder, "run");
      const start = ["--data", data, "--out", run, ...options], killed: string[] = [];
      for (const [moment, count] of [["write", 1], ["sync", 2], ["write", 3]] as const) {
        killed.push(...await trainUntil(moment, count, run, ...start));
      }
      assert.equal(killed.at(-1), "config.json");
      const early = await runCommand("train", "--resume", run);
      assert.match(early.stderr, /config\.json must be readable/);

      // Within the first step, then within the second: nothing is saved yet.
      assert.deepEqual(await trainUntil("step", 1, run, ...start), []);
      assert.deepEqual(await trainUntil("step", 2, run, "--resume", run), []);
      const taken = await runCommand("train", ...start);
      assert.match(taken.stderr, /must be a new or empty folder: .*--resume/);
      await finish(run);
      assert.deepEqual(await figures(run), expected);
    }),
});
