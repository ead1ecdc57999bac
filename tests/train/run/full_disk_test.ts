/** A disk that runs full during a training, or cannot be written to at all. A real one: a small file system in memory, mounted for the test alone. */
import assert from "node:assert/strict";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { readCheckpoint } from "../../../train/run/checkpoint.ts";
import { findTensorFlow } from "../../../train/engine/tensorflow/libraries.ts";
import { decodeTrainingState, stateFiles } from "../../../train/run/training_state.ts";
import { copySlices } from "../support/sample_copy.ts";
import { canMount, runOnDisk } from "../support/small_disk.ts";
import { withFolder } from "../support/temporary_folder.ts";

const lacking = !canMount ? "no file system can be mounted" : !findTensorFlow() && "no TensorFlow";

const patient = "TCGA_HT_7602_19951103";

/** Trains on two patients into a folder of a disk with such options. */
async function trainOn(options: string, folder: string) {
  const data = join(folder, "data"), disk = join(folder, "disk"), saved = join(folder, "saved");
  await copySlices(data, "TCGA_CS_4943_20000902", [14, 15]);
  await copySlices(data, patient, [9]);
  await mkdir(disk);
  const small = "--epochs 40 --features 6 --depth 3 --backend tensorflow --validation 0.5";
  const command = ["train", "--data", data, "--out", join(disk, "run"), ...small.split(" ")];
  return { saved, ...await runOnDisk(disk, options, command, saved) };
}

Deno.test({
  name: `train on a disk that runs full says so and leaves the last state and checkpoint whole${
    lacking ? ` (skipped: ${lacking})` : ""
  }`,
  ignore: Boolean(lacking),
  fn: () =>
    withFolder(async (folder) => {
      const { status, stderr, stdout, saved } = await trainOn("size=200k", folder);
      assert.match(stdout, /epoch {2}1\/40/, stderr);
      assert.equal(status, 1);
      assert.match(
        stderr,
        /Cannot write .* as there is no space left on the device; older files are whole/,
      );
      const state = decodeTrainingState(await readFile(join(saved, "run", stateFiles.newest)));
      assert.ok(state.epochs.length >= 1);
      assert.ok((await readCheckpoint(join(saved, "run", "best.safetensors"))).weights.size > 0);
      assert.ok((await readCheckpoint(join(saved, "run", "last.safetensors"))).figures.epoch >= 1);
    }),
});

Deno.test({
  name: `train on a disk that is read-only says so at once${
    lacking ? ` (skipped: ${lacking})` : ""
  }`,
  ignore: Boolean(lacking),
  fn: () =>
    withFolder(async (folder) => {
      const { status, stderr, stdout } = await trainOn("ro", folder);
      assert.equal(status, 1);
      assert.match(stderr, /^error: [^\n]*read-only file system[^\n]*\n$/);
      assert.doesNotMatch(stdout, /epoch/);
    }),
});

/** Evaluates a model on one patient into a folder of a disk with such options. */
async function evaluateOn(options: string, folder: string) {
  const data = join(folder, "data"), disk = join(folder, "disk"), saved = join(folder, "saved");
  await copySlices(data, patient, [9]);
  await mkdir(disk);
  const model = ["--model", "edge/models/preview", "--data", data, "--out", join(disk, "out")];
  return await runOnDisk(disk, options, ["evaluate", ...model], saved);
}

const fullDisks: [what: string, options: string, file: string, left: string[]][] = [
  // Four pages of memory take the figures, and no picture.
  ["pictures", "size=16k", `overlays/${patient}.png`, ["evaluation.json", "overlays"]],
  // The disk itself, the folder, and no file.
  ["figures", "nr_inodes=2", "evaluation.json", []],
];

for (const [what, options, file, left] of fullDisks) {
  Deno.test({
    name: `evaluate on a disk without room for ${what} says which file, and leaves none in part${
      canMount ? "" : " (skipped: no file system can be mounted)"
    }`,
    ignore: !canMount,
    fn: () =>
      withFolder(async (folder) => {
        const { status, stderr } = await evaluateOn(options, folder);
        assert.equal(status, 1);
        assert.match(stderr, new RegExp(`Cannot write .*/${file} as there is no space left`));
        const files = await readdir(join(folder, "saved/out"), { recursive: true });
        assert.deepEqual(files.sort(), left);
      }),
  });
}
