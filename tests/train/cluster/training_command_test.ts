/** `deno task train --cluster` learns what one process learns, and goes on after a process was lost. */
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { readRun } from "../../../train/run/describe_run.ts";
import { loadTrainingState } from "../../../train/run/training_state.ts";
import { curveOf, readEventFiles } from "../support/event_files.ts";
import { withFolder } from "../support/temporary_folder.ts";
import { gpuOf } from "../support/gpus.ts";
import {
  type Ending,
  freeCluster,
  killAll,
  startModule,
  startTogether,
  startTraining,
  trainWell,
} from "./processes.ts";

/** Says what each process of it works on. */
const counting = "tests/train/cluster/counting_training.ts";

const small = "--data train/sample --depth 2 --features 4 --downsampling 4 --no-cache".split(" ");

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
    const out = ["--out", `${folder}/alone`];
    const alone = startModule(gpuOf(0, 1), "train/commands/train.ts", ...options, ...out);
    const { code, stderr } = await alone.ending;
    assert.equal(code, 0, stderr);
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
      const args = ["train/commands/train.ts", ...options(precision, precision)] as const;
      const { code, stderr } = await startModule(gpuOf(0, 1), ...args).ending;
      assert.equal(code, 0, stderr);
    }
    await trainWell(2, options("together", "bf16"));
    const runs = ["together", "bf16", "fp32"].map((name) => firstLossOf(`${folder}/${name}`));
    const [together, coarse, fine] = await Promise.all(runs);
    const [near, far] = [coarse, fine].map((loss) => Math.abs(together - loss));
    assert.ok(near < far / 10, `${together} is ${near} from bf16's and ${far} from fp32's`);
  }));

Deno.test("train --cluster saves what it has when a process is killed, and goes on with any number", () =>
  withFolder(async (folder) => {
    const run = `${folder}/run`, epochs = 6;
    const asked = ["--backend", "tensorflow", "--epochs", String(epochs), "--out", run];
    // Over the beginning of the constant end as well, after which all processes have to be in the same state.
    const options = [...small, ...asked, "--constant-epochs", "5"];
    const processes = startTogether([options, options]);
    try {
      await processes[0].printed(`epoch 2/${epochs}`);
      processes[1].kill("SIGKILL");
      const { code, stderr } = await processes[0].ending;
      assert.equal(code, 1);
      assert.match(
        stderr.trimEnd().split("\n").at(-1)!,
        /^error: Training stopped as rank 1 .* died/,
      );
    } finally {
      await killAll(processes);
    }
    const state = await loadTrainingState(run, assert.fail);
    assert.ok(state!.progress.epoch >= 3);
    const [first] = await trainWell(3, ["--resume", run, "--no-cache"]);
    assert.match(first.stdout, /^It was on 2 processes, now on 3 processes: losses may differ /m);
    const { metrics, stretches } = await readRun(run);
    assert.deepEqual(stretches.map(({ processes }) => processes), [2, 3]);
    const reasons = stretches.map(({ backend }) => backend.reason);
    assert.deepEqual(reasons, ["asked for", "the run was on it"]);
    const { epoch, step } = state!.progress;
    assert.deepEqual([stretches[1].epoch, stretches[1].step], [epoch, step]);
    assert.deepEqual(metrics.epochs.map(({ epoch }) => epoch), [1, 2, 3, 4, 5, 6]);
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
