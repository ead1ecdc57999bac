/** The constant end of a run: what another run would be that is started from the first part's weights, to the bit. */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { foregroundPreprocessing } from "../../../shared/scaling.ts";
import { sequences } from "../../../shared/sequence.ts";
import { noAugmentation } from "../../../train/data/augmentation.ts";
import { preparePatient } from "../../../train/data/prepared_patient.ts";
import { openTrainingInput, type TrainingInput } from "../../../train/data/training_input.ts";
import type { Kernels } from "../../../train/engine/kernels/kernels.ts";
import { scheduleAt } from "../../../train/fit/constant_end.ts";
import {
  type EpochResult,
  firstStep,
  fit,
  type FitObserver,
  type FitProgress,
} from "../../../train/fit/fit.ts";
import { learningRateAt, momentumAt } from "../../../train/fit/schedule.ts";
import { Trainer, type TrainerState } from "../../../train/fit/trainer.ts";
import { recipes, type TrainingSettings } from "../../../train/fit/training_settings.ts";
import { uploadBatch } from "../../../train/fit/upload_batch.ts";
import { initialWeights } from "../../../train/network/initialization.ts";
import type { StateDict } from "../../../train/network/state_dict.ts";
import { decodeTrainingState, encodeTrainingState } from "../../../train/run/training_state.ts";
import { excerpt, samplePatient } from "../data/patients.ts";
import { testBackends } from "../support/backends.ts";
import { opsOf } from "../support/ops_of.ts";

const architecture = { inputChannels: 3, outputChannels: 1, features: 2, depth: 2 };
const whole = preparePatient(await samplePatient(0), sequences, foregroundPreprocessing);
/** Two steps an epoch. */
const training = [excerpt(whole, 14, 3)];

/** Two epochs along one cycle, then two at a constant rate; with everything that has a memory. */
const settings: TrainingSettings = {
  ...recipes.best,
  epochs: 4,
  constantEnd: { epochs: 2, learningRate: 5e-3, averageDecay: 0.7 },
  batchSize: 2,
  augmentation: noAugmentation,
  averageDecay: 0.6,
};

/** What a second command is told that goes on with `--start`. */
const second: TrainingSettings = {
  ...settings,
  epochs: 2,
  constantEnd: undefined,
  schedule: { ...settings.schedule, kind: "milestones", learningRate: 5e-3, warmup: 0 },
  averageDecay: 0.7,
};

/** Epochs 1 and 2 draw the same batches as 3 and 4, so that runs of two and of four have the same to learn from. */
function inputOf(chosen: TrainingSettings): TrainingInput {
  const window = { height: 16, width: 16 };
  const input = openTrainingInput(training, { ...chosen, crop: window, size: window, workers: 0 });
  const { batches } = input;
  input.batches = (epoch, from) => batches((epoch - 1) % 2 + 1, from);
  return input;
}

async function startTrainer(
  kernels: Kernels,
  chosen: TrainingSettings,
  start: StateDict | TrainerState = initialWeights(architecture, 1),
): Promise<Trainer> {
  return await Trainer.start(architecture, kernels, chosen, start);
}

const noPatients = { loss: NaN, dice: new Map<string, number>(), meanDice: NaN };

/** Fits to the end, and gives the losses of the steps. */
async function finish(
  trainer: Trainer,
  chosen: TrainingSettings,
  { onStep, ...observer }: FitObserver = {},
  progress: FitProgress = firstStep,
): Promise<number[]> {
  const losses: number[] = [];
  const input = inputOf(chosen), measure = () => Promise.resolve(noPatients);
  const heard: FitObserver = {
    ...observer,
    async onStep(progress, loss) {
      losses.push(loss);
      await onStep?.(progress, loss);
    },
  };
  await fit(trainer, input, measure, chosen, heard, progress);
  input.close();
  return losses;
}

Deno.test("scheduleAt is the recipe's one cycle over the epochs before the constant end, then one rate", () => {
  const steps = 40 * 7;
  const at = (step: number) => {
    const epoch = Math.floor(step / 7), schedule = scheduleAt(recipes.preview, epoch);
    // Adam counts its steps anew.
    const moment = { epoch, step: step < steps ? step : step - steps, steps };
    return [learningRateAt(schedule, moment), momentumAt(schedule, moment)];
  };
  const { constantEnd: _none, ...before } = { ...recipes.preview, epochs: 40 };
  for (let step = 0; step < steps; step++) {
    const moment = { epoch: Math.floor(step / 7), step, steps };
    assert.equal(at(step)[0], learningRateAt(before.schedule, moment));
  }
  assert.equal(at(55)[0], 3e-3, "highest after a fifth of the 40 epochs");
  assert.ok(at(steps - 1)[0] < 2e-8);
  for (let step = steps; step < 60 * 7; step++) assert.deepEqual(at(step), [2e-3, 0.9]);

  const cycled = { ...recipes.preview.schedule, momentum: "cycled" as const };
  const end = scheduleAt({ ...recipes.preview, schedule: cycled }, 40);
  assert.equal(momentumAt(end, { epoch: 40, step: 0, steps }), 0.9);
});

/** Decays of the averages before and in the constant end; 0: none. */
const averages = [[0.6, 0.7], [0, 0.7], [0.6, 0], [0, 0]];

testBackends(
  "fit with a constant end is fit, then fit from the weights that count, to the bit",
  async (kernels) => {
    for (const [before, after] of averages) {
      const constantEnd = { ...settings.constantEnd!, averageDecay: after };
      const once = { ...settings, averageDecay: before, constantEnd };
      const trainer = await startTrainer(kernels, once), losses = await finish(trainer, once);
      assert.equal(losses.length, 8);

      const one = { ...once, epochs: 2, constantEnd: undefined };
      const first = await startTrainer(kernels, one), firstLosses = await finish(first, one);
      const start = await first.network.stateDict(first.weights);
      const two = { ...second, averageDecay: after };
      const next = await startTrainer(kernels, two, start), nextLosses = await finish(next, two);
      const decays = `averages ${before}, ${after}`;
      assert.deepEqual(losses, [...firstLosses, ...nextLosses], decays);
      assert.deepEqual(await trainer.state(), { ...await next.state(), inConstantEnd: true });
      assert.equal(trainer.average !== undefined, after > 0, decays);
      for (const each of [trainer, first, next]) each.dispose();
    }
  },
  ["tensorflow in whole steps", "cpu"],
);

testBackends(
  "Trainer.beginConstantEnd leaves the averaged weights, no memory and a new average, once",
  async (kernels) => {
    const one = { ...settings, epochs: 2, constantEnd: undefined };
    const first = await startTrainer(kernels, one);
    await finish(first, one);
    const trainer = await startTrainer(kernels, settings, await first.state());
    const before = await trainer.state(), { parameters, statistics } = before.average!;
    await trainer.beginConstantEnd();
    const after = await trainer.state();
    assert.deepEqual(after.weights, await trainer.network.stateDict(first.weights));
    assert.notDeepEqual(after.weights, before.weights);
    assert.deepEqual(after.average, { steps: 0, parameters, statistics });
    const zeros = new Float32Array(parameters.length);
    assert.deepEqual(after.optimizer, { steps: 0, mean: zeros, variance: zeros });

    const input = inputOf(settings);
    for await (const arrays of input.batches(3)) {
      const batch = await uploadBatch(arrays);
      await trainer.step(batch, 2, 4).loss();
      tf.dispose([batch.image, batch.mask]);
      break;
    }
    input.close();
    const moved = await trainer.state();
    assert.equal(moved.optimizer.steps, 1);
    await trainer.beginConstantEnd();
    assert.deepEqual(await trainer.state(), moved);
    for (const each of [first, trainer]) each.dispose();
  },
  ["tensorflow", "tensorflow in whole steps", "webgpu", "wasm", "cpu"],
);

testBackends(
  "fit goes on to the bit from any state around the beginning of the constant end",
  async (kernels) => {
    for (const [before, after] of averages.slice(0, 3)) {
      const constantEnd = { ...settings.constantEnd!, averageDecay: after };
      const chosen = { ...settings, averageDecay: before, constantEnd };
      const trainer = await startTrainer(kernels, chosen);
      const saved: Uint8Array[] = [];
      const save = async (progress: FitProgress) => {
        const state = { trainer: await trainer.state(), progress, epochs: [] };
        saved.push(encodeTrainingState(state));
      };
      await finish(trainer, chosen, {
        onStep: save,
        onEpoch: (_: EpochResult, progress: FitProgress) => save(progress),
      });
      const expected = await trainer.state();
      const places: [epoch: number, step: number, begun: boolean][] = [];
      for (const bytes of saved.slice(4, 7)) {
        const { trainer: state, progress } = decodeTrainingState(bytes);
        places.push([progress.epoch, progress.step, state.inConstantEnd!]);
        // A process that is lost in the first step of the end saves that it has begun.
        for (
          const begins of progress.epoch === 3 && progress.step === 0 ? [false, true] : [false]
        ) {
          const resumed = await startTrainer(kernels, chosen, state);
          if (begins) await resumed.beginConstantEnd();
          const again = await startTrainer(kernels, chosen, await resumed.state());
          await finish(again, chosen, {}, progress);
          assert.deepEqual(await again.state(), expected, `${progress.epoch}, ${progress.step}`);
          resumed.dispose();
          again.dispose();
        }
      }
      assert.deepEqual(places, [[2, 2, false], [3, 0, false], [3, 1, true]]);
      trainer.dispose();
    }
  },
  ["tensorflow in whole steps"],
);

testBackends(
  "Trainer.step in whole steps stays the function that it was when the constant end begins",
  async (kernels) => {
    const trainer = await startTrainer(kernels, settings), input = inputOf(settings);
    const [arrays] = await Array.fromAsync(input.batches(1), ({ ...batch }) => batch);
    const batch = await uploadBatch(arrays);
    await trainer.step(batch, 1, 4).loss();
    await trainer.beginConstantEnd();
    let loss: Promise<number> | undefined;
    const ops = opsOf(() => loss = trainer.step(batch, 2, 4).loss());
    assert.deepEqual(Object.values(ops), [1], JSON.stringify(ops));
    await loss;
    tf.dispose([batch.image, batch.mask]);
    input.close();
    trainer.dispose();
  },
  ["tensorflow in whole steps"],
);

testBackends("fit leaves no tensors of what went before the constant end", async (kernels) => {
  const fitOnce = async (before: number, after: number) => {
    const constantEnd = { ...settings.constantEnd!, averageDecay: after };
    const chosen = { ...settings, averageDecay: before, constantEnd };
    const trainer = await startTrainer(kernels, chosen);
    await finish(trainer, chosen);
    trainer.dispose();
  };
  await fitOnce(0.6, 0.7);
  const before = tf.memory().numTensors;
  for (const [one, other] of averages) {
    await fitOnce(one, other);
    assert.equal(tf.memory().numTensors, before, `averages ${one}, ${other}`);
  }
}, ["tensorflow", "cpu"]);

/** Trains with a patience of two where the epochs' validation losses are these; how many epochs it is. */
async function epochsOf(
  kernels: Kernels,
  { epochs, last }: { epochs: number; last: number },
  losses: readonly number[],
): Promise<number> {
  const constantEnd = { ...settings.constantEnd!, epochs: last };
  const chosen: TrainingSettings = { ...settings, epochs, constantEnd, patience: 2 };
  const trainer = await startTrainer(kernels, chosen), input = inputOf(chosen);
  let done = 0;
  const measure = () => Promise.resolve({ ...noPatients, loss: losses[done++] });
  await fit(trainer, input, measure, chosen);
  input.close();
  trainer.dispose();
  return done;
}

testBackends("fit counts its patience anew in the constant end", async (kernels) => {
  const rising = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.97];
  assert.equal(await epochsOf(kernels, { epochs: 7, last: 3 }, rising), 3, "over before it");
  assert.equal(await epochsOf(kernels, { epochs: 7, last: 4 }, rising), 5, "over as it begins");
  assert.equal(await epochsOf(kernels, { epochs: 7, last: 5 }, rising), 4, "one epoch before it");
  const lower = [0.5, 0.6, 0.7, 0.4, 0.9, 0.95, 0.97];
  assert.equal(await epochsOf(kernels, { epochs: 7, last: 4 }, lower), 6);
}, ["tensorflow"]);
