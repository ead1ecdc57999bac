/** `deno task train --cluster` learns what one process learns, and goes on after a process was lost. */
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { readRun } from "../../../train/run/run_record.ts";
import type { EpochMetrics } from "../../../train/run/run_folder.ts";
import { loadTrainingState } from "../../../train/run/training_state.ts";
import { curveOf, readEventFiles } from "../support/event_files.ts";
import { withFolder } from "../support/temporary_folder.ts";
import { gpuOf } from "../support/gpus.ts";
import { killOne } from "./kill_one.ts";
import {
  type Ending,
  freeCluster,
  killAll,
  startModule,
  startTraining,
  trainWell,
} from "./processes.ts";

/** Says what each process of it works on. */
const counting = "tests/train/cluster/counting_training.ts";

const small = "--data train/sample --depth 2 --features 4 --downsampling 4 --no-cache".split(" ");

/** Trains in one process to the end. */
async function trainAlone(options: readonly string[]): Promise<Ending> {
  const ending = await startModule(gpuOf(0, 1), "train/commands/train.ts", ...options).ending;
  assert.equal(ending.code, 0, ending.stderr);
  return ending;
}

/** Goes on with a run to its end, in a number of processes; gives what the first one said. */
async function resume(run: string, size: number): Promise<Ending> {
  const options = ["--resume", run, "--no-cache"];
  return size === 1 ? await trainAlone(options) : (await trainWell(size, options))[0];
}

/** Slices of some of the sample patients. */
async function countSlices(patients: readonly string[]): Promise<number> {
  const files = await Promise.all(patients.map((id) => readdir(`train/sample/${id}`)));
  return files.flat().filter((file) => file.endsWith("_mask.tif")).length;
}

/** What a counting process said: slices of each step, or of each batch that it measured. */
function countsOf({ stderr }: Ending, what: "learned" | "measured"): number[] {
  return [...stderr.matchAll(new RegExp(`^{"${what}":(\\d+)}$`, "gm"))].map(([, count]) =>
    Number(count)
  );
}

function sum(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

Deno.test("train --cluster learns what one process learns, and each of its processes does a part of it", () =>
  withFolder(async (folder) => {
    const options = [...small, "--epochs", "1"], run = `${folder}/together`;
    await trainAlone([...options, "--out", `${folder}/alone`]);
    const endings = await trainWell(2, [...options, "--out", run], [counting]);
    const [first, second] = endings;
    assert.match(first.stdout, /epoch 1\/1 .*lowest loss so far\nReport: /);
    assert.match(first.stdout, /^Training on TensorFlow .*: a cluster needs it$/m);
    assert.match(second.stdout, /^This is rank 1 .* only\. Neither port has authentication.*\n$/);
    const { metrics, split } = await readRun(run);
    const [expected] = (await readRun(`${folder}/alone`)).metrics.epochs, [actual] = metrics.epochs;
    assert.ok(Math.abs(actual.trainingLoss - expected.trainingLoss) < 1e-4);
    assert.ok(Math.abs(actual.validationLoss! - expected.validationLoss!) < 1e-4);

    const learned = endings.map((ending) => countsOf(ending, "learned"));
    const slices = await countSlices(split.training), steps = Math.ceil(slices / 8);
    const batches = Array.from({ length: steps }, (_, step) => Math.min(8, slices - 8 * step));
    const shares = [Math.ceil, Math.floor].map((share) => batches.map((batch) => share(batch / 2)));
    assert.deepEqual(learned, shares);
    const measured = endings.map((ending) => sum(countsOf(ending, "measured")));
    assert.equal(sum(measured), await countSlices(split.validation));
    for (const part of measured) assert.ok(part > 0, `one process measured all: ${measured}`);
  }));

/** Makes sure that two runs learned the same, but for what processes round otherwise. */
function assertSameLosses(actual: readonly EpochMetrics[], expected: readonly EpochMetrics[]) {
  assert.deepEqual(actual.map(({ epoch }) => epoch), expected.map(({ epoch }) => epoch));
  for (const [index, { epoch, trainingLoss }] of actual.entries()) {
    const apart = Math.abs(trainingLoss - expected[index].trainingLoss);
    // Where Adam's moments are lost with a process, it is 1e-3.
    assert.ok(apart < 3e-4, `the loss of epoch ${epoch} is ${apart} from that of one process`);
  }
}

/** The loss of a run's first step, before which its weights are those of every run. */
async function firstLossOf(run: string): Promise<number> {
  return curveOf(await readEventFiles(`${run}/tensorboard`), "training/loss")[0][1];
}

Deno.test("train --cluster --precision bf16 computes in bfloat16, as one process does", () =>
  withFolder(async (folder) => {
    const options = (name: string, precision: string) => [
      ...[...small, "--epochs", "1", "--backend", "tensorflow"],
      ...["--precision", precision, "--out", `${folder}/${name}`],
    ];
    for (const precision of ["fp32", "bf16"]) {
      await trainAlone(options(`alone-${precision}`, precision));
      await trainWell(2, options(`together-${precision}`, precision));
    }
    const lossOf = (name: string) => firstLossOf(`${folder}/${name}`);
    const [fine, coarse] = await Promise.all(["alone-fp32", "alone-bf16"].map(lossOf));
    const [togetherFine, together] = await Promise.all(
      ["together-fp32", "together-bf16"].map(lossOf),
    );
    // One process takes its steps as functions, which round bfloat16 elsewhere: the same to bfloat16's rounding alone.
    assert.ok(Math.abs(together - coarse) < 1e-4, `${together} and ${coarse}`);
    const [near, far] = [togetherFine, together].map((loss) => Math.abs(loss - fine));
    assert.ok(near < far / 10, `${near} from one process's in float32, and in bfloat16 ${far}`);
  }));

Deno.test("train --cluster saves what it has when a process is killed, and learns the same with any other number", () =>
  withFolder(async (folder) => {
    const epochs = 6, alone = `${folder}/alone`;
    // Over the beginning of the constant end as well, after which all processes have to be in the same state.
    const asked = ["--backend", "tensorflow", "--epochs", String(epochs), "--constant-epochs", "5"];
    await trainAlone([...small, ...asked, "--out", alone]);
    const expected = (await readRun(alone)).metrics.epochs;
    assert.equal(expected.length, epochs);
    for (const [killed, then, phrase] of [[1, 3, "3 processes"], [0, 1, "1 process"]] as const) {
      const run = `${folder}/without-${killed}`;
      await killOne(killed, 2, [...small, ...asked, "--out", run]);
      const { progress } = (await loadTrainingState(run, assert.fail))!;
      assert.ok(progress.epoch >= 3);
      const { stdout } = await resume(run, then);
      // A GPU may come or go as well, where there are not as many as processes.
      const news = `^It was on (.*, )?2 processes, now on (.*, )?${phrase}: losses may differ `;
      assert.match(stdout, new RegExp(news, "m"));
      const { metrics, stretches } = await readRun(run);
      assert.deepEqual(stretches.map(({ processes }) => processes), [2, then]);
      const reasons = stretches.map(({ backend }) => backend.reason);
      assert.deepEqual(reasons, ["asked for", "the run was on it"]);
      assert.deepEqual([stretches[1].epoch, stretches[1].step], [progress.epoch, progress.step]);
      assertSameLosses(metrics.epochs, expected);
    }
  }));

/** Batches of eight slices of the sample patients that a run learns from. */
async function stepsPerEpoch(run: string): Promise<number> {
  return Math.ceil(await countSlices((await readRun(run)).split.training) / 8);
}

/** Gets SIGINT at the first moment that is named behind. */
const interrupted = ["tests/train/run/interrupted_training.ts", "SIGINT", "once"];

for (const rank of [0, 1]) {
  Deno.test(`train --cluster saves in a step and in validation when rank ${rank} gets Ctrl-C, and says so`, () =>
    withFolder(async (folder) => {
      const run = `${folder}/run`, start = [...small, "--epochs", "2", "--out", run];
      const resume = ["--resume", run, "--no-cache"];
      const interrupt = async (moment: "step" | "validation", options: string[]) => {
        const cluster = freeCluster(2), script = [...interrupted, moment, "1"];
        const processes = [0, 1].map((place) =>
          startTraining(cluster, place, options, place === rank ? script : undefined)
        );
        try {
          const endings = await Promise.all(processes.map(({ ending }) => ending));
          const { code, stdout, stderr } = endings[rank], other = endings[1 - rank];
          assert.equal(code, 130, stderr);
          assert.match(stdout, /^Saving after this batch; Ctrl-C again ends at once$/m);
          assert.match(stderr, /^Interrupted; the run is saved: deno task train --resume/m);
          assert.equal(other.code, 1, other.stderr);
          const message = `rank ${rank} \\(.*\\) stopped: Interrupted; the run is saved`;
          assert.match(other.stderr, new RegExp(message));
        } finally {
          await killAll(processes);
        }
        return (await loadTrainingState(run, assert.fail))!;
      };
      const step = (await interrupt("step", start)).progress;
      assert.equal(step.epoch, 1);
      assert.ok(step.step === 1 || step.step === 2, `${step.step}`);
      // All steps of the epoch are done, and no figure of it is written, by whichever process.
      const { progress, epochs } = await interrupt("validation", resume);
      assert.deepEqual([progress.epoch, progress.step, epochs.length], [
        1,
        await stepsPerEpoch(run),
        0,
      ]);
      await trainWell(2, resume);
      assert.equal((await readRun(run)).metrics.epochs.length, 2);
    }));
}

for (
  const [when, what, name] of [
    ["start", "network", "weights at the start"],
    ["step", "network", "weights after epoch 1"],
    ["step", "average", "averaged weights after epoch 1"],
  ]
) {
  Deno.test(`train --cluster ends in every process when one's ${name} are not those of the others`, () =>
    withFolder(async (folder) => {
      const options = [...small, "--epochs", "2", "--out", `${folder}/run`];
      const cluster = freeCluster(2);
      const spoiled = ["tests/train/cluster/spoiled_training.ts", when, what];
      const processes = [0, 1].map((rank) =>
        startTraining(cluster, rank, options, rank === 1 ? spoiled : undefined)
      );
      try {
        for (const { code, stderr } of await Promise.all(processes.map(({ ending }) => ending))) {
          assert.equal(code, 1, stderr);
          const digest = "[0-9a-f]{16}",
            ranks = `rank 0 \\(.*\\) has ${digest}, rank 1 \\(.*\\) has ${digest}`;
          assert.match(stderr, new RegExp(`^error: .* the same ${name}: ${ranks}$`, "m"));
        }
      } finally {
        await killAll(processes);
      }
    }));
}

Deno.test("train --cluster saves when another process ends amid a validation that takes long", () =>
  withFolder(async (folder) => {
    const run = `${folder}/run`, cluster = freeCluster(2);
    // Ten batches for each: after the loss, rank 0 would be at it for longer than it is waited for.
    const options = [...small, "--batch-size", "1", "--epochs", "2", "--out", run];
    const processes = [
      startTraining(cluster, 0, options, ["tests/train/run/slow_validation.ts"]),
      startTraining(cluster, 1, options, [...interrupted, "validation", "1"]),
    ];
    try {
      const { code, stderr } = await processes[0].ending;
      assert.equal(code, 1, stderr);
      assert.match(stderr, /rank 1 \(.*\) stopped: Interrupted/);
    } finally {
      await killAll(processes);
    }
    const { progress, epochs } = (await loadTrainingState(run, assert.fail))!;
    assert.deepEqual([progress.epoch, epochs.length], [1, 0]);
    assert.ok(progress.step > 20, `${progress.step}`);
  }));
