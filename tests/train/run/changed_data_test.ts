/** A run whose images or masks have changed does not go on; one whose files merely look different does. */
import assert from "node:assert/strict";
import { readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Patient } from "../../../train/data/dataset.ts";
import { readRun } from "../../../train/run/run_record.ts";
import { resumeRun } from "../../../train/run/training_run.ts";
import { someOf, writeSlices } from "../support/resized.ts";
import { runCommand } from "../support/run_command.ts";
import { copySlices } from "../support/sample_copy.ts";
import { withFolder } from "../support/temporary_folder.ts";
import { dieAt } from "./die_at.ts";

const first = "TCGA_CS_4943_20000902", second = "TCGA_HT_7602_19951103";
const slices = { [first]: [14, 15, 16, 17], [second]: [8, 9, 10, 11] };
const settings = "--epochs 3 --features 2 --depth 2 --downsampling 8 --crop 0 --batch-size 2"
  .concat(" --validation 0.5 --backend cpu --workers 0").split(" ");

function patients(): Promise<Patient[]> {
  return Promise.all(Object.entries(slices).map(([id, numbers]) => someOf(id, numbers)));
}

/** The patients in files of another compression, with other numbers, as `change` makes them. */
async function writeChanged(
  folder: string,
  change: (patient: Patient) => Patient = (patient) => patient,
): Promise<string> {
  for (const patient of await patients()) await writeSlices(folder, change(patient));
  return folder;
}

/** Without the last slice. */
function shortened(patient: Patient): Patient {
  const count = patient.volume.slices - 1;
  return { ...patient, volume: { ...patient.volume, slices: count } };
}

/** With another value in the middle of the last slice. */
function repainted(patient: Patient): Patient {
  const data = patient.volume.data.slice();
  data[data.length - 100_000] ^= 1;
  return { ...patient, volume: { ...patient.volume, data } };
}

function redrawn(patient: Patient): Patient {
  const data = patient.mask.data.slice();
  data[data.length - 1] ^= 1;
  return { ...patient, mask: { ...patient.mask, data } };
}

async function touch(folder: string): Promise<void> {
  for (const name of await readdir(folder, { recursive: true })) {
    await utimes(join(folder, name), 1_500_000_000, 1_600_000_000);
  }
}

/** Losses and weights. */
async function outcome(run: string) {
  const { metrics } = await readRun(run);
  const losses = metrics.epochs.map((epoch) => [epoch.trainingLoss, epoch.validationLoss]);
  return { losses, last: await readFile(join(run, "last.safetensors")) };
}

Deno.test("train --resume refuses images and masks that have changed, naming patients, and takes the same in other files", () =>
  withFolder(async (folder) => {
    const [data, whole, run, cache] = ["data", "whole", "run", "cache"].map((name) =>
      join(folder, name)
    );
    for (const [id, numbers] of Object.entries(slices)) await copySlices(data, id, numbers);
    const start = ["--data", data, "--cache", cache, ...settings];
    const uninterrupted = await runCommand("train", ...start, "--out", whole);
    assert.equal(uninterrupted.code, 0, uninterrupted.stderr);
    await dieAt("step", 2, ...start, "--out", run);

    const machine = { backend: "cpu", workers: 0, cache } as const;
    const one = (change: (patient: Patient) => Patient, id: string) => (patient: Patient) =>
      patient.id === id ? change(patient) : patient;
    const changes = [
      [one(shortened, first), first],
      [one(repainted, first), first],
      [one(redrawn, second), second],
      [redrawn, `${first}, ${second}`],
    ] as const;
    for (const [index, [change, named]] of changes.entries()) {
      const changed = await writeChanged(join(folder, `changed-${index}`), change);
      // The second time from the cache.
      for (let time = 0; time < 2; time++) {
        await assert.rejects(
          resumeRun({ run, data: changed, ...machine }, () => {}),
          (error: Error) =>
            error.message.startsWith(`Cannot go on with ${run} as its images and masks must be`) &&
            error.message.includes(`these patients have changed since: ${named}. Put them back`) &&
            error.message.includes("--data") && error.message.includes(`--start ${run}`),
        );
      }
    }

    await touch(data);
    await dieAt("step", 4, "--resume", run, "--cache", cache, "--backend", "cpu");
    const other = await writeChanged(join(folder, "other"));
    const resumed = await runCommand(
      ...["train", "--resume", run, "--data", other, "--cache", cache, "--backend", "cpu"] as const,
    );
    assert.equal(resumed.code, 0, resumed.stderr);
    assert.doesNotMatch(resumed.stdout, /is not known/);
    assert.deepEqual(await outcome(run), await outcome(whole));
  }));

Deno.test("train --resume goes on with a run that does not say what its data was, and says so", () =>
  withFolder(async (folder) => {
    const [data, run] = ["data", "run"].map((name) => join(folder, name));
    for (const [id, numbers] of Object.entries(slices)) await copySlices(data, id, numbers);
    await dieAt("step", 2, "--data", data, "--no-cache", ...settings, "--out", run);
    const path = join(run, "split.json"), { digests, ...split } = (await readRun(run)).split;
    assert.deepEqual(Object.keys(digests!).sort(), [first, second]);
    await writeFile(path, JSON.stringify(split));
    const { code, stdout, stderr } = await runCommand(
      ...["train", "--resume", run, "--no-cache", "--backend", "cpu"] as const,
    );
    assert.equal(code, 0, stderr);
    assert.equal(stdout.match(/An earlier version started .* is not known/g)?.length, 1, stdout);
  }));
