/** Training on real patients learns, and repeats itself. */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { confusionCounts } from "../../../shared/confusion.ts";
import { diceFromCounts } from "../../../shared/dice.ts";
import { referencePreprocessing } from "../../../shared/scaling.ts";
import { sequences } from "../../../shared/sequence.ts";
import { threshold } from "../../../shared/threshold.ts";
import { openBackend } from "../../../train/engine/backend.ts";
import { openTrainingInput } from "../../../train/data/training_input.ts";
import { readDataset } from "../../../train/data/dataset.ts";
import {
  DivergedError,
  type EpochResult,
  firstStep,
  fit,
  type FitProgress,
} from "../../../train/fit/fit.ts";
import { initialWeights } from "../../../train/network/initialization.ts";
import {
  maskOfSlice,
  type PreparedPatient,
  preparePatient,
  scaledSlice,
} from "../../../train/data/prepared_patient.ts";
import { Trainer } from "../../../train/fit/trainer.ts";
import { recipes, type TrainingSettings } from "../../../train/fit/training_settings.ts";
import { validate } from "../../../train/fit/validation.ts";
import { testBackends } from "../support/backends.ts";

const architecture = { inputChannels: 3, outputChannels: 1, features: 8, depth: 4 };
const settings: TrainingSettings = {
  ...recipes.reference,
  epochs: 8,
  features: 8,
  schedule: { ...recipes.reference.schedule, learningRate: 3e-2 },
  seed: 1,
};

const patients = (await readDataset("train/sample"))
  .map((patient) => preparePatient(patient, sequences, referencePreprocessing));
const [first, , held, second] = patients;

/** The patient with only some of its slices. */
function excerpt(patient: PreparedPatient, from: number, slices: number): PreparedPatient {
  const { volume, mask } = patient, pixels = volume.height * volume.width;
  return {
    ...patient,
    volume: {
      ...volume,
      slices,
      data: volume.data.subarray(from * pixels * 3, (from + slices) * pixels * 3),
    },
    mask: {
      data: mask.data.subarray(from * pixels, (from + slices) * pixels),
      shape: [slices, volume.height, volume.width],
    },
  };
}

async function newTrainer(changes: Partial<TrainingSettings> = {}): Promise<Trainer> {
  const { kernels } = await openBackend("tensorflow", "fp32", { deterministic: true });
  const start = initialWeights(architecture, 1);
  return await Trainer.start(architecture, kernels, { ...settings, ...changes }, start);
}

function inputOf(training: PreparedPatient[], chosen: TrainingSettings, workers = 0) {
  return openTrainingInput(training, { ...chosen, crop: undefined, workers });
}

async function runFit(
  training: PreparedPatient[],
  held: PreparedPatient[],
  changes: Partial<TrainingSettings> = {},
): Promise<EpochResult[]> {
  const chosen = { ...settings, ...changes };
  const trainer = await newTrainer(changes), results: EpochResult[] = [];
  const measure = () => validate(trainer.network, trainer.weights, held, chosen);
  try {
    const onEpoch = (result: EpochResult) => void results.push(result);
    await fit(trainer, inputOf(training, chosen), measure, chosen, { onEpoch });
  } finally {
    trainer.dispose();
  }
  return results;
}

function engineTest(name: string, fn: () => Promise<void>) {
  testBackends(name, fn, ["tensorflow"]);
}

engineTest("fit on two patients lowers the loss below half its start", async () => {
  const results = await runFit([first, second], [excerpt(held, 0, 2)]);
  const [start, end] = [results[0].trainingLoss, results.at(-1)!.trainingLoss];
  assert.ok(end < start / 2, `the loss went from ${start} to ${end}`);
});

engineTest("Trainer.step overfits one slice to Dice over 0.95", async () => {
  const trainer = await newTrainer(), pixels = 256 * 256;
  const areas = Array.from({ length: first.volume.slices }, (_, index) => {
    const mask = first.mask.data.subarray(index * pixels, (index + 1) * pixels);
    return mask.reduce((sum, value) => sum + value, 0);
  });
  const index = areas.indexOf(Math.max(...areas)), tumor = maskOfSlice(first, index);
  const image = tf.tensor4d(scaledSlice(first, index), [1, 256, 256, 3]);
  const mask = tf.tensor4d(Float32Array.from(tumor), [1, 256, 256, 1]);
  for (let step = 0; step < 80; step++) await trainer.step({ image, mask }, 0, 80).loss();
  const output = trainer.network.probability(image), shape = [256, 256];
  const prediction = threshold({ data: await output.data() as Float32Array, shape });
  const reference = { data: tumor, shape };
  const dice = diceFromCounts(confusionCounts(prediction, reference));
  assert.ok(dice > 0.95, `Dice is ${dice}`);
  tf.dispose([output, image, mask]);
  trainer.dispose();
});

engineTest(
  "fit with the same seed gives the same losses bit for bit, with another seed others",
  async () => {
    const training = [excerpt(first, 12, 6)], validation = [excerpt(held, 10, 2)];
    const run = (seed: number) => runFit(training, validation, { epochs: 2, batchSize: 2, seed });
    const losses = (results: EpochResult[]) =>
      results.flatMap((r) => [r.trainingLoss, r.validation.loss]);
    const once = losses(await run(1));
    assert.deepEqual(losses(await run(1)), once);
    assert.notDeepEqual(losses(await run(2)), once);
  },
);

engineTest("fit leaves no tensors behind", async () => {
  await runFit([excerpt(first, 12, 2)], [excerpt(held, 10, 1)], { epochs: 1 });
  const before = tf.memory().numTensors;
  await runFit([excerpt(first, 12, 2)], [excerpt(held, 10, 1)], { epochs: 1 });
  assert.equal(tf.memory().numTensors, before);
});

engineTest(
  "fit tells of a step when the trainer is just there, and the next batch is ready",
  async () => {
    const trainer = await newTrainer(), training = [excerpt(first, 12, 5)];
    const chosen = { ...settings, epochs: 1, batchSize: 2 }, input = inputOf(training, chosen);
    const taken: number[] = [], batches = input.batches;
    input.batches = async function* (...position) {
      for await (const batch of batches(...position)) {
        taken.push(batch.shape[0]);
        yield batch;
      }
    };
    const seen: unknown[] = [];
    const measure = () =>
      validate(trainer.network, trainer.weights, [excerpt(held, 10, 1)], chosen);
    await fit(trainer, input, measure, chosen, {
      async onStep({ step }) {
        seen.push([step, (await trainer.state()).optimizer.steps, taken.length]);
      },
    });
    assert.deepEqual(seen, [[1, 1, 2], [2, 2, 3], [3, 3, 3]]);
    trainer.dispose();
  },
);

engineTest(
  "fit issues the next two steps while a loss is on its way, unless somebody looks",
  async () => {
    const training = [excerpt(first, 8, 9)], chosen = { ...settings, epochs: 1, batchSize: 2 };
    const run = async (looksAt: number) => {
      const trainer = await newTrainer(), seen: number[] = [], losses: number[] = [];
      let heard = 0;
      const measure = () =>
        validate(trainer.network, trainer.weights, [excerpt(held, 10, 1)], chosen);
      await fit(trainer, inputOf(training, chosen), measure, chosen, {
        isLooking: () => heard + 1 === looksAt,
        async onStep({ step }, loss) {
          heard = step;
          losses.push(loss);
          seen.push((await trainer.state()).optimizer.steps);
        },
      });
      trainer.dispose();
      return { seen, losses };
    };
    const [never, third] = [await run(0), await run(3)];
    assert.deepEqual(never.seen, [3, 4, 5, 5, 5]);
    assert.deepEqual(third.seen, [3, 4, 4, 4, 5]);
    assert.deepEqual(third.losses, never.losses);
  },
);

for (const workers of [0, 1]) {
  engineTest(
    `fit on a processor asks for the next batch when a step is issued, with ${workers} workers`,
    async () => {
      const training = [excerpt(first, 8, 9)], chosen = { ...settings, epochs: 2, batchSize: 2 };
      const trainer = await newTrainer(),
        input = inputOf(training, chosen, workers),
        { batches } = input;
      const happened: string[] = [], step = trainer.step.bind(trainer);
      input.batches = async function* (...position) {
        happened.push("ask");
        for await (const batch of batches(...position)) {
          yield batch;
          happened.push("ask");
        }
      };
      trainer.step = (...args) => {
        happened.push("step");
        return step(...args);
      };
      const validation = [excerpt(held, 10, 1)];
      const measure = () => validate(trainer.network, trainer.weights, validation, chosen);
      await fit(trainer, input, measure, chosen);
      const steps = Array(5).fill("step ask");
      const epoch = ["ask", ...steps].join(" ");
      assert.equal(happened.join(" "), `${epoch} ${epoch}`);
      trainer.dispose();
      input.close();
    },
  );
}

engineTest("fit that is interrupted leaves no batch on the engine", async () => {
  const training = [excerpt(first, 8, 9)], chosen = { ...settings, epochs: 1, batchSize: 2 };
  const interrupted = async () => {
    const trainer = await newTrainer();
    const measure = () => validate(trainer.network, trainer.weights, [], chosen);
    const onStep = () => {
      throw new Error("interrupted");
    };
    const input = inputOf(training, chosen, 1);
    await assert.rejects(fit(trainer, input, measure, chosen, { onStep }), {
      message: "interrupted",
    });
    trainer.dispose();
    input.close();
    return tf.memory().numTensors;
  };
  assert.equal(await interrupted(), await interrupted());
});

engineTest("fit stops at a loss that is not finite and says at which step", async () => {
  const schedule = { ...settings.schedule, learningRate: 1e30 };
  await assert.rejects(
    runFit([excerpt(first, 12, 4)], [excerpt(held, 10, 1)], { schedule, batchSize: 2 }),
    (error) =>
      error instanceof DivergedError && error.epoch === 1 && error.step === 2 &&
      /step 2 of epoch 1\. A lower --learning-rate .* start anew with it, in another --out\.$/.test(
        error.message,
      ),
  );
  assert.match(new DivergedError(2, 1, NaN).message, /Checkpoints of earlier epochs are kept\.$/);
});

/** Fits with such losses in validation; after which epochs, whether as best or lowest, and with what progress. */
async function fitWithLosses(
  losses: readonly number[],
  changes: Partial<TrainingSettings>,
  start: FitProgress = firstStep,
) {
  const trainer = await newTrainer(), input = inputOf([excerpt(first, 12, 1)], settings);
  const results:
    (Pick<EpochResult, "epoch" | "isBest" | "isLowest"> & { progress: FitProgress })[] = [];
  let epochs = start.epoch - 1;
  const measured = () => ({
    loss: losses[epochs++],
    dice: new Map<string, number>(),
    meanDice: NaN,
  });
  await fit(trainer, input, () => Promise.resolve(measured()), { ...settings, ...changes }, {
    onEpoch: ({ epoch, isBest, isLowest }, progress) =>
      void results.push({ epoch, isBest, isLowest, progress }),
  }, start);
  trainer.dispose();
  return results;
}

for (
  const [checkpoint, expected] of [["best", [1, 2]], ["last", [1, 2, 3, 4]]] as const
) {
  engineTest(
    `fit with checkpoint ${checkpoint} stops after \`patience\` epochs without a lower validation loss`,
    async () => {
      const losses = [3, 2, 2.5, 2, 1], changes = { patience: 2, checkpoint };
      const results = await fitWithLosses(losses, changes);
      const best = results.filter(({ isBest }) => isBest).map(({ epoch }) => epoch);
      assert.deepEqual([results.length, best], [4, expected]);
      const lowest = results.filter(({ isLowest }) => isLowest).map(({ epoch }) => epoch);
      assert.deepEqual(lowest, [1, 2]);
      const { lowestEpoch, lowestLoss } = results.at(-1)!.progress;
      assert.deepEqual([lowestEpoch, lowestLoss], [2, 2]);
      // Gone on with after the third epoch, it stops at the same place.
      const rest = await fitWithLosses(losses, changes, results[2].progress);
      assert.deepEqual(rest.map(({ epoch }) => epoch), [4]);
    },
  );
}
