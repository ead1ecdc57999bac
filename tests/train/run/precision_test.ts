/** `--precision bf16` is what a run computes in, also after `--resume`: its losses are a bfloat16 trainer's, to the bit. */
import assert from "node:assert/strict";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { readPatients } from "../../../train/data/read_patients.ts";
import { openTrainingInput } from "../../../train/data/training_input.ts";
import { trainingWindow } from "../../../train/data/training_window.ts";
import { openBackend } from "../../../train/engine/backend.ts";
import type { Kernels } from "../../../train/engine/kernels/kernels.ts";
import { type Precision, precisions } from "../../../train/engine/kernels/precision.ts";
import { Trainer } from "../../../train/fit/trainer.ts";
import { uploadBatch } from "../../../train/fit/upload_batch.ts";
import { initialWeights } from "../../../train/network/initialization.ts";
import { readRun, type RunRecord } from "../../../train/run/run_record.ts";
import { preparePatients } from "../../../train/run/run_patients.ts";
import { testBackends } from "../support/backends.ts";
import { withFolder } from "../support/temporary_folder.ts";
import { dieAt } from "./die_at.ts";
import { figures, finish, makeData, options } from "./small_training.ts";

/** The losses of a run's settings, with operations of the test's choice, from images in float32 or rounded. */
async function lossesByHand(
  data: string,
  { config, split }: RunRecord,
  kernels: Kernels,
  precision: Precision,
) {
  const { settings, architecture } = config, { downsampling, epochs, seed } = settings;
  const { training } = preparePatients(await readPatients(data, false), split, settings);
  const crop = trainingWindow(settings, architecture, training);
  const size = { height: crop.height / downsampling, width: crop.width / downsampling };
  const input = openTrainingInput(training, { ...settings, crop, size, precision, workers: 0 });
  const start = initialWeights(architecture, seed), losses: number[] = [];
  const trainer = await Trainer.start(architecture, kernels, settings, start);
  for (let epoch = 0; epoch < epochs; epoch++) {
    for await (const arrays of input.batches(epoch + 1)) {
      const { image, mask } = await uploadBatch(arrays);
      const step = trainer.step({ image, mask }, epoch, epochs * input.batchesPerEpoch);
      losses.push(Math.fround(await step.loss()));
      tf.dispose([image, mask]);
    }
  }
  trainer.dispose();
  input.close();
  return losses;
}

testBackends(
  "train --precision bf16 computes in bfloat16, and goes on in it",
  (float32) =>
    withFolder(async (folder) => {
      const data = await makeData(folder), run = join(folder, "run"), steps = 2;
      // Of four epochs the second and the third are begun twice: on the run's engine, and on one that is asked for.
      const start = ["--data", data, "--out", run, ...options, "--precision", "bf16"];
      await dieAt("step", steps + 1, ...start);
      await dieAt("step", steps + 1, "--resume", run);
      await finish(run);
      const actual = (await figures(run)).losses.map(([, loss]) => loss);
      assert.equal(actual.length, 4 * steps);
      const record = await readRun(run),
        { kernels } = await openBackend("tensorflow", "bf16", { deterministic: true });
      for (const images of precisions) {
        assert.deepEqual(actual, await lossesByHand(data, record, kernels, images));
      }
      const finer = await lossesByHand(data, record, float32, "fp32");
      for (const [step, loss] of actual.entries()) assert.notEqual(loss, finer[step]);
    }),
  ["tensorflow"],
);
