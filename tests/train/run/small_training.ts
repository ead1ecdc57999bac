/** A training of seconds that is stopped and gone on with, in real processes. */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { RunMetrics } from "../../../train/run/run_folder.ts";
import { findTensorFlow } from "../../../train/engine/tensorflow/libraries.ts";
import { curveOf, readEventFiles } from "../support/event_files.ts";
import { commandEnvironment, root, runCommand, temporaryFiles } from "../support/run_command.ts";
import { copySlices } from "../support/sample_copy.ts";

/** Whether tests with it are skipped. */
export const ignore = Deno.env.get("CI") !== "true" && !findTensorFlow();

/** A small training with everything that has a memory: AdamW, a one-cycle schedule, averaged weights. */
export const options = [
  ...["--epochs", "4", "--features", "4", "--depth", "2", "--batch-size", "2"],
  ...["--validation", "0.4", "--backend", "tensorflow"],
];

/** Its patients: two steps an epoch, three batches to measure on. */
export async function makeData(folder: string): Promise<string> {
  const data = join(folder, "data");
  await copySlices(data, "TCGA_CS_4943_20000902", [14, 15, 16, 17, 18]);
  await copySlices(data, "TCGA_HT_7602_19951103", [8, 9, 10]);
  return data;
}

/** All figures that do not depend on the time. */
export async function figures(run: string) {
  const { epochs, bestEpoch }: RunMetrics = JSON.parse(
    await readFile(join(run, "metrics.json"), "utf8"),
  );
  return {
    bestEpoch,
    losses: curveOf(await readEventFiles(join(run, "tensorboard")), "training/loss"),
    epochs: epochs.map(({ slicesPerSecond: _rate, seconds: _time, ...others }) => others),
    best: await readFile(join(run, "best.safetensors")),
    last: await readFile(join(run, "last.safetensors")),
  };
}

/** Trains without being stopped, among files that are gone when the tests are. */
async function trainWhole(given: readonly string[]) {
  const folder = await Deno.makeTempDir({ dir: temporaryFiles });
  const data = await makeData(folder), run = join(folder, "whole");
  const { code, stderr } = await runCommand("train", "--data", data, "--out", run, ...given);
  assert.equal(code, 0, stderr);
  return { data, expected: await figures(run) };
}

const wholes = new Map<string, ReturnType<typeof trainWhole>>();

/**
 * A run with these options that was never stopped, trained once for all tests of a file: its figures, and its data, which
 * other runs find in the cache, so that they write no files but their own.
 */
export function wholeRun(given: readonly string[] = options): ReturnType<typeof trainWhole> {
  const key = given.join(" ");
  if (!wholes.has(key)) wholes.set(key, trainWhole(given));
  return wholes.get(key)!;
}

/** Goes on with a run to its end; gives what it printed. */
export async function finish(run: string): Promise<string> {
  const { code, stdout, stderr } = await runCommand(
    ...["train", "--resume", run, "--backend", "tensorflow"] as const,
  );
  assert.equal(code, 0, stderr);
  return stdout;
}

/** Files of a run that are half done. */
export async function unfinished(run: string): Promise<string[]> {
  const files = (await readdir(run)).filter((file) => file.endsWith(".tmp"));
  return files.map((file) => file.replace(/^\.(.*)\.\d+\.tmp$/, "$1"));
}

/** Runs `dying_training.ts` or `interrupted_training.ts` to its end. */
export async function runScript(name: string, ...args: string[]) {
  const { code, signal, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", `tests/train/run/${name}.ts`, ...args],
    cwd: root,
    env: commandEnvironment,
  }).output();
  const decoder = new TextDecoder();
  return { code, signal, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}
