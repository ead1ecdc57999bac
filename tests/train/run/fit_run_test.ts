/** What a run is set to decides what it is fed: its losses are those of batches that were asked for by hand. */
import assert from "node:assert/strict";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { foregroundPreprocessing } from "../../../shared/scaling.ts";
import { sequences } from "../../../shared/sequence.ts";
import { defaultAugmentation } from "../../../train/data/augmentation.ts";
import { openTrainingInput } from "../../../train/data/training_input.ts";
import type { InputMessage } from "../../../train/data/input_protocol.ts";
import { preparePatient } from "../../../train/data/prepared_patient.ts";
import type { Backend } from "../../../train/engine/backend.ts";
import { Trainer } from "../../../train/fit/trainer.ts";
import { recipes, type TrainingSettings } from "../../../train/fit/training_settings.ts";
import { uploadBatch } from "../../../train/fit/upload_batch.ts";
import { initialWeights } from "../../../train/network/initialization.ts";
import { fitRun } from "../../../train/run/fit_run.ts";
import {
  type EpochMetrics,
  readRunFile,
  runFiles,
  type RunMetrics,
} from "../../../train/run/run_folder.ts";
import { excerpt, samplePatient } from "../data/patients.ts";
import { testBackends } from "../support/backends.ts";
import { curveOf, readEventFiles } from "../support/event_files.ts";
import { withFolder } from "../support/temporary_folder.ts";
import { watchWorkers } from "../support/watch_workers.ts";
import { configOf } from "./run_config.ts";

const architecture = { inputChannels: 3, outputChannels: 1, features: 4, depth: 2 };
const settings: TrainingSettings = {
  ...recipes.best,
  ...architecture,
  epochs: 1,
  batchSize: 3,
  downsampling: 2,
  crop: 96,
  seed: 7,
};
const whole = preparePatient(await samplePatient(0), sequences, foregroundPreprocessing);
/** Slices without tumor, then with. */
const training = [excerpt(whole, 8, 8)];

/** The losses of a run's steps. */
async function lossesOfRun(backend: Backend, workers: number): Promise<number[]> {
  let losses: number[] = [];
  await withFolder(async (run) => {
    const surroundings = { backend, workers, log: () => {} };
    await watchWorkers(async (sent) => {
      await fitRun(run, configOf(backend, settings), { training, validation: [] }, surroundings);
      assert.equal(sent.length, workers);
    });
    const curve = curveOf(await readEventFiles(join(run, "tensorboard")), "training/loss");
    losses = curve.map(([, loss]) => loss);
  });
  return losses;
}

/** The losses of the batches that the settings ask for, every one of them named. */
async function lossesByHand({ kernels }: Backend): Promise<number[]> {
  const input = openTrainingInput(training, {
    batchSize: 3,
    seed: 7,
    augmentation: defaultAugmentation,
    preprocessing: foregroundPreprocessing,
    tumorWeight: 3,
    crop: { height: 96, width: 96 },
    size: { height: 48, width: 48 },
    workers: 0,
  });
  const start = initialWeights(architecture, 7), losses: number[] = [];
  const trainer = await Trainer.start(architecture, kernels, settings, start);
  for await (const arrays of input.batches(1)) {
    const { image, mask } = await uploadBatch(arrays);
    losses.push(Math.fround(await trainer.step({ image, mask }, 0, 3).loss()));
    tf.dispose([image, mask]);
  }
  trainer.dispose();
  input.close();
  return losses;
}

testBackends(
  "fitRun learns from the batches that its settings ask for, to the bit, made by as many workers as it is told",
  async (_kernels, backend) => {
    const expected = await lossesByHand(backend);
    assert.equal(expected.length, 3);
    for (const workers of [0, 1, 3]) {
      assert.deepEqual(await lossesOfRun(backend, workers), expected);
    }
  },
  ["tensorflow"],
);

testBackends(
  "fitRun has the next epoch's first batches made by the time that an epoch is over, and none after the last",
  async (_kernels, backend) => {
    await withFolder((run) =>
      watchWorkers(async (sent) => {
        const lastEpochs: number[] = [];
        const log = () => {
          const [messages] = sent as readonly (readonly InputMessage[])[];
          const last = messages.at(-1)!;
          lastEpochs.push(last.kind === "make" ? last.request.epoch : 0);
        };
        const patients = { training, validation: [] };
        const config = configOf(backend, { ...settings, epochs: 2 });
        await fitRun(run, config, patients, { backend, workers: 1, log });
        // Whatever else it has to say, a line for each epoch at its end.
        assert.deepEqual(lastEpochs.slice(-2), [2, 2]);
      })
    );
  },
  ["tensorflow"],
);

testBackends(
  "fitRun writes for TensorBoard what each epoch comes to, at its last step",
  async (_kernels, backend) => {
    await withFolder(async (run) => {
      const patients = { training, validation: [excerpt(whole, 12, 2)] };
      const config = configOf(backend, { ...settings, epochs: 2 });
      await fitRun(run, config, patients, { backend, workers: 0, log: () => {} });
      const { epochs } = await readRunFile<RunMetrics>(run, runFiles.metrics);
      const files = await readEventFiles(join(run, "tensorboard"));
      const expected = (figure: (epoch: EpochMetrics) => number | null) =>
        epochs.map((epoch) => [3 * epoch.epoch, Math.fround(figure(epoch)!)]);
      const dice = expected(({ validationDice }) => validationDice);
      assert.deepEqual(curveOf(files, "validation/mean_dice"), dice);
      const loss = expected(({ validationLoss }) => validationLoss);
      assert.deepEqual(curveOf(files, "validation/loss"), loss);
      assert.equal(loss.length, 2);
      assert.notEqual(loss[0][1], loss[1][1]);
    });
  },
  ["tensorflow"],
);
