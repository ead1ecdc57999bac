/** A long epoch is saved on the way, every five minutes, and gone on with from there. Really killed. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { firstStep } from "../../../train/fit/fit.ts";
import { Trainer } from "../../../train/fit/trainer.ts";
import { recipes } from "../../../train/fit/training_settings.ts";
import { initialWeights } from "../../../train/network/initialization.ts";
import { RunRecorder } from "../../../train/run/run_recorder.ts";
import { loadTrainingState } from "../../../train/run/training_state.ts";
import { testBackends } from "../support/backends.ts";
import { readEventFiles } from "../support/event_files.ts";
import { withFolder } from "../support/temporary_folder.ts";
import { configOf } from "./run_config.ts";
import { figures, finish, ignore, options, runScript, wholeRun } from "./small_training.ts";

testBackends(
  "RunRecorder is due five minutes after the last save, be it of a step or of an epoch",
  async (kernels, backend) => {
    const architecture = { inputChannels: 3, outputChannels: 1, features: 2, depth: 2 };
    const weights = initialWeights(architecture, 1), clock = { seconds: 100 };
    const trainer = await Trainer.start(architecture, kernels, recipes.reference, weights);
    const config = configOf(backend, { ...recipes.reference, ...architecture });
    await withFolder(async (run) => {
      const now = () => clock.seconds * 1000;
      const recorder = new RunRecorder(run, config, trainer, [], now);
      const dueAfter = (seconds: number) => {
        clock.seconds += seconds;
        return recorder.isDue;
      };
      assert.deepEqual([0, 299, 2].map(dueAfter), [false, false, true]);
      await recorder.saveState({ ...firstStep, step: 1 });
      assert.deepEqual([0, 299, 2].map(dueAfter), [false, false, true]);
      const validation = { loss: 0.5, dice: new Map(), meanDice: NaN };
      const figures = { trainingLoss: 0.5, validation, slicesPerSecond: 1 };
      const result = { epoch: 1, isBest: true, isLowest: true, ...figures };
      await recorder.saveEpoch(result, { ...firstStep, epoch: 2 });
      assert.deepEqual([0, 299, 2].map(dueAfter), [false, false, true]);
      const state = (await loadTrainingState(run, assert.fail))!;
      assert.equal(state.epochs[0].seconds, 602);
    });
    trainer.dispose();
  },
  ["tensorflow"],
);

Deno.test({
  name:
    "train --resume after kill -9 in epoch 1 goes on at the step that was saved within it, and equals an uninterrupted run",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const { data, expected } = await wholeRun(), run = join(folder, "run");
      const killed = async (moment: string, count: number, ...args: string[]) => {
        const plan = [moment, String(count), ...args];
        const { signal, stderr } = await runScript("dying_on_fast_clock", ...plan);
        assert.equal(signal, "SIGKILL", stderr);
        const { progress, epochs } = (await loadTrainingState(run, assert.fail))!;
        return [progress.epoch, progress.step, epochs.length];
      };

      // Two steps an epoch: within the second one, then after it.
      const start = ["--data", data, "--out", run, ...options];
      assert.deepEqual(await killed("step", 2, ...start), [1, 1, 0]);
      assert.deepEqual(await killed("validation", 1, "--resume", run), [1, 2, 0]);
      await finish(run);
      const steps = (await readEventFiles(join(run, "tensorboard"))).map((file) =>
        file.filter(({ scalars }) => "training/loss" in scalars).map(({ step }) => step)
      );
      assert.deepEqual(steps, [[1], [2], [3, 4, 5, 6, 7, 8]]);
      assert.deepEqual(await figures(run), expected);
    }),
});
