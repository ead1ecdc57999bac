/** A run that goes on keeps its engine; on another one it says so, and its record tells from where on. */
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findTensorFlow, libraryVariable } from "../../../train/engine/tensorflow/libraries.ts";
import type { EpochMetrics, RunConfig } from "../../../train/run/run_folder.ts";
import type { RunStretch } from "../../../train/run/run_stretches.ts";
import { commandEnvironment, root } from "../support/run_command.ts";
import { copySlices } from "../support/sample_copy.ts";
import { withFolder } from "../support/temporary_folder.ts";

const ignore = Deno.env.get("CI") !== "true" && !findTensorFlow();

/** Two steps an epoch. */
const options = [
  ...[
    "--epochs",
    "4",
    "--features",
    "4",
    "--depth",
    "2",
    "--batch-size",
    "2",
    "--validation",
    "0.4",
  ],
  ...["--downsampling", "4", "--no-cache", "--workers", "0"],
];

async function makeData(folder: string): Promise<string> {
  const data = join(folder, "data");
  await copySlices(data, "TCGA_CS_4943_20000902", [14, 15, 16, 17, 18]);
  await copySlices(data, "TCGA_HT_7602_19951103", [8, 9, 10]);
  return data;
}

/** Runs a script of the repository on a machine with TensorFlow where it usually is, or in a folder of its own. */
async function run(script: string, args: readonly string[], libraries?: string) {
  const { signal, code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", script, ...args],
    cwd: root,
    env: { ...commandEnvironment, ...(libraries ? { [libraryVariable]: libraries } : {}) },
  }).output();
  const text = new TextDecoder();
  return { signal, code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}

async function train(args: readonly string[], libraries?: string): Promise<string> {
  const { code, stdout, stderr } = await run("train/commands/train.ts", args, libraries);
  assert.equal(code, 0, stderr);
  return stdout;
}

/** Trains until the process kills itself in its nth step; gives what it had said. */
async function trainUntil(step: number, args: readonly string[], libraries?: string) {
  const script = "tests/train/run/dying_training.ts";
  const { signal, stdout, stderr } = await run(script, ["step", `${step}`, ...args], libraries);
  assert.equal(signal, "SIGKILL", stderr);
  return stdout;
}

async function read<T>(run: string, file: string): Promise<T> {
  return JSON.parse(await readFile(join(run, file), "utf8"));
}

async function lossesOf(run: string): Promise<(number | null)[]> {
  const { epochs } = await read<{ epochs: EpochMetrics[] }>(run, "metrics.json");
  return epochs.flatMap(({ trainingLoss, validationLoss }) => [trainingLoss, validationLoss]);
}

/** From where on a run was computed on what. */
async function stretchesOf(run: string): Promise<string[]> {
  const stretches = await read<RunStretch[]>(run, "stretches.json");
  return stretches.map(({ epoch, step, backend: { name }, processes, processor, versions }) => {
    assert.ok(processes === 1 && processor && versions.deno === Deno.version.deno);
    return `${name} from ${epoch}.${step}`;
  });
}

/** Makes a run's settings those that a version wrote which recorded neither processes, processors nor its code. */
async function makeOld(run: string): Promise<void> {
  const { processes, processor, versions: { gliomap, ...versions }, ...old } = await read<
    RunConfig
  >(run, "config.json");
  assert.ok(processes === 1 && processor && gliomap);
  await writeFile(join(run, "config.json"), JSON.stringify({ ...old, versions }));
}

Deno.test("train --resume keeps the run's engine, and so its losses", () =>
  withFolder(async (folder) => {
    const data = await makeData(folder), whole = join(folder, "whole"), out = join(folder, "run");
    const start = ["--data", data, ...options, "--backend", "wasm"];
    await train([...start, "--out", whole]);
    await trainUntil(3, [...start, "--out", out]);
    await makeOld(out);
    const said = await train(["--resume", out]);
    assert.match(said, /^Training on WebAssembly on the CPU: the run was on it$/m);
    assert.doesNotMatch(said, /It was on/);
    assert.deepEqual(await lossesOf(out), await lossesOf(whole));
    assert.equal((await lossesOf(out)).length, 8);
    await assert.rejects(stretchesOf(out), { code: "ENOENT" });
  }));

Deno.test("train --resume says when the run was begun by other code, and records where each had its part", () =>
  withFolder(async (folder) => {
    const data = await makeData(folder), out = join(folder, "run");
    await trainUntil(3, ["--data", data, ...options, "--backend", "wasm", "--out", out]);
    const config = await read<RunConfig>(out, "config.json"), { gliomap } = config.versions;
    assert.match(gliomap, /^[\da-f]{12}$/);
    const versions = { ...config.versions, gliomap: "0123456789ab" };
    await writeFile(join(out, "config.json"), JSON.stringify({ ...config, versions }));
    const said = await train(["--resume", out]);
    const both = `It was on gliomap 0123456789ab, now on gliomap ${gliomap}: losses may differ`;
    assert.ok(said.includes(`${both} from an uninterrupted run's\n`), said);
    const stretches = await read<RunStretch[]>(out, "stretches.json");
    assert.deepEqual(stretches.map(({ epoch, versions }) => [epoch, versions.gliomap]), [
      [1, "0123456789ab"],
      [2, gliomap],
    ]);
    const report = await readFile(join(out, "report.html"), "utf8");
    assert.ok(report.includes(`gliomap 0123456789ab; from epoch 2: ${gliomap}`));
  }));

Deno.test({
  name:
    "train --resume names --backend where the run's engine is not there, says what another changes, and records it",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const data = await makeData(folder), runs = join(folder, "runs"), out = join(runs, "moved");
      const without = data, resume = ["--resume", out];
      await trainUntil(3, ["--data", data, ...options, "--backend", "tensorflow", "--out", out]);
      const { code, stderr } = await run("train/commands/train.ts", resume, without);
      assert.equal(code, 1);
      assert.match(
        stderr,
        /^error: Cannot go on with .* on the engine that it was on \(TensorFlow .*\): .* With --backend it goes /,
      );

      const moved =
        /^It was on TensorFlow [\d.]+ on .*, now on WebAssembly on the CPU: losses may differ from an /m;
      // Killed in its first step, it leaves the run where it was.
      assert.match(await trainUntil(1, [...resume, "--backend", "wasm"], without), moved);
      assert.deepEqual(await stretchesOf(out), ["tensorflow from 1.0", "wasm from 2.0"]);
      assert.match(await trainUntil(2, resume), /^Training on TensorFlow .* the run was on it$/m);
      assert.deepEqual(await stretchesOf(out), ["tensorflow from 1.0"]);
      assert.match(await trainUntil(3, [...resume, "--backend", "wasm"]), moved);
      const last = await train(resume, without);
      assert.match(last, /^Training on WebAssembly on the CPU: the run was on it$/m);
      assert.doesNotMatch(last, /It was on/);
      assert.deepEqual(await stretchesOf(out), ["tensorflow from 1.0", "wasm from 2.0"]);
      assert.equal((await lossesOf(out)).length, 8);

      const both =
        /TensorFlow [\d.]+ on [\w ]+( \(asked for\))?; from epoch 2: WebAssembly on the CPU/;
      assert.match(await readFile(join(out, "report.html"), "utf8"), both);
      const listed = await run("train/commands/runs.ts", ["--runs", runs]);
      assert.equal(listed.code, 0, listed.stderr);
      assert.match(await readFile(join(runs, "index.html"), "utf8"), both);
    }),
});
