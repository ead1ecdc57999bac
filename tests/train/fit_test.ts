/** Training on real patients learns, and repeats itself. */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { confusionCounts } from "../../shared/confusion.ts";
import { diceFromCounts } from "../../shared/dice.ts";
import { referencePreprocessing } from "../../shared/scaling.ts";
import { sequences } from "../../shared/sequence.ts";
import { threshold } from "../../shared/threshold.ts";
import { Adam } from "../../train/adam.ts";
import { openBackend } from "../../train/backend.ts";
import { makeBatch } from "../../train/batch.ts";
import { readDataset } from "../../train/dataset.ts";
import { DivergedError, type EpochResult, fit, type FitSettings } from "../../train/fit.ts";
import { initialWeights } from "../../train/initialization.ts";
import { Network } from "../../train/network.ts";
import { type PreparedPatient, preparePatient } from "../../train/prepared_patient.ts";
import { trainingStep } from "../../train/training_step.ts";
import { testBackends } from "./backends.ts";

const architecture = { inputChannels: 3, outputChannels: 1, features: 8, depth: 4 };
const settings: FitSettings = {
  epochs: 8,
  batchSize: 8,
  schedule: { learningRate: 3e-2, milestones: [], gamma: 1 },
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

async function newNetwork(): Promise<Network> {
  const { kernels } = await openBackend("tensorflow");
  return new Network(architecture, kernels, initialWeights(architecture, 1));
}

async function runFit(
  training: PreparedPatient[],
  validation: PreparedPatient[],
  changes: Partial<FitSettings> = {},
): Promise<EpochResult[]> {
  const network = await newNetwork(), results: EpochResult[] = [];
  try {
    const onEpoch = (result: EpochResult) => void results.push(result);
    await fit(network, training, validation, { ...settings, ...changes }, { onEpoch });
  } finally {
    network.dispose();
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

engineTest("trainingStep overfits one slice to Dice over 0.95", async () => {
  const network = await newNetwork(), optimizer = new Adam(network.parameterCount);
  const areas = Array.from({ length: first.volume.slices }, (_, index) => {
    const pixels = first.volume.height * first.volume.width;
    const mask = first.mask.data.subarray(index * pixels, (index + 1) * pixels);
    return mask.reduce((sum, value) => sum + value, 0);
  });
  const batch = makeBatch([{ patient: first, index: areas.indexOf(Math.max(...areas)) }]);
  for (let step = 0; step < 80; step++) await trainingStep(network, optimizer, batch, 3e-2);
  const output = network.probability(batch.image), shape = [256, 256];
  const mask = threshold({ data: await output.data() as Float32Array, shape });
  const reference = { data: Uint8Array.from(await batch.mask.data()), shape };
  const dice = diceFromCounts(confusionCounts(mask, reference));
  assert.ok(dice > 0.95, `Dice is ${dice}`);
  tf.dispose([output, batch.image, batch.mask]);
  network.dispose();
  optimizer.dispose();
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

engineTest("fit stops at a loss that is not finite and says at which step", async () => {
  const schedule = { learningRate: 1e30, milestones: [], gamma: 1 };
  await assert.rejects(
    runFit([excerpt(first, 12, 4)], [excerpt(held, 10, 1)], { schedule, batchSize: 2 }),
    (error) => error instanceof DivergedError && error.epoch === 1 && error.step === 2,
  );
});

engineTest(
  "fit refuses slices that the poolings cannot halve, naming the sizes that fit",
  async () => {
    const odd = { ...first, volume: { ...first.volume, height: 250 } };
    await assert.rejects(
      runFit([odd], [odd]),
      /height must be a multiple of 8 \(248 or 256 would fit\)/,
    );
  },
);

engineTest("fit refuses a patient whose slices have another size, by name", async () => {
  const small = { ...held, volume: { ...held.volume, width: 128 } };
  await assert.rejects(runFit([first], [small]), new RegExp(`${held.id}.*256 x 256.*128 x 256`));
});
