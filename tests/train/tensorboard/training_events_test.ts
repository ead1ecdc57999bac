/** A training's event files: every figure at its step, whole, and in one line over a stop in the middle. */
import assert from "node:assert/strict";
import { appendFile, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { firstStep, type FitProgress } from "../../../train/fit/fit.ts";
import { learningRateAt } from "../../../train/fit/schedule.ts";
import { EventFile } from "../../../train/tensorboard/event_file.ts";
import { TrainingEvents } from "../../../train/tensorboard/training_events.ts";
import { recipes, type TrainingSettings } from "../../../train/fit/training_settings.ts";
import { curveOf, readEventFiles } from "../support/event_files.ts";
import { withFolder } from "../support/temporary_folder.ts";

const settings = { ...recipes.best, epochs: 2, batchSize: 4 };
const slicesPerEpoch = 10, stepsPerEpoch = 3;

/** A loss that float32, which event files hold, has exactly. */
const lossAt = (epoch: number, step: number) => 1 - epoch / 4 - step / 32;

/** Writes steps and ends of epochs, up to and with a step, as a training would. */
function train(
  folder: string,
  from: FitProgress,
  to: { epoch: number; step: number },
  chosen: TrainingSettings = settings,
): void {
  const events = new TrainingEvents(folder, chosen, slicesPerEpoch, from);
  let { epoch, step } = from;
  while (epoch < to.epoch || (epoch === to.epoch && step < to.step)) {
    step++;
    events.onStep({ ...firstStep, epoch, step }, lossAt(epoch, step));
    if (step < stepsPerEpoch) continue;
    const dice = new Map([["a", epoch / 8], ["b", NaN]]);
    const validation = { loss: 1 / epoch, dice, meanDice: epoch / 8 };
    const whose = { isBest: true, isLowest: true };
    events.onEpoch({ epoch, trainingLoss: 0.5, validation, ...whose, slicesPerSecond: 8 });
    [epoch, step] = [epoch + 1, 0];
  }
  events.close();
}

const allLosses = [1, 2].flatMap((epoch) =>
  [1, 2, 3].map((step) => [(epoch - 1) * stepsPerEpoch + step, lossAt(epoch, step)])
);

Deno.test("TrainingEvents writes a figure for every step and every epoch", async () => {
  await withFolder(async (folder) => {
    const before = Date.now() / 1000;
    train(folder, firstStep, { epoch: 2, step: 3 });
    const files = await readEventFiles(folder);
    assert.equal(files.length, 1);
    const [version, start, ...others] = files[0];
    assert.equal(version.version, "brain.Event:2");
    assert.deepEqual([start.start, start.step], [true, 1]);
    assert.ok(others.every(({ wallTime }) => wallTime >= before && wallTime <= Date.now() / 1000));

    assert.deepEqual(curveOf(files, "training/loss"), allLosses);
    const rates = [0, 1, 2, 3, 4, 5].map((step) =>
      learningRateAt(settings.schedule, { epoch: Math.floor(step / 3), step, steps: 6 })
    );
    assert.deepEqual(
      curveOf(files, "progress/learning_rate"),
      rates.map((rate, index) => [index + 1, Math.fround(rate)]),
    );
    assert.deepEqual(curveOf(files, "training/loss_of_epoch"), [[3, 0.5], [6, 0.5]]);
    assert.deepEqual(curveOf(files, "validation/loss"), [[3, 1], [6, 0.5]]);
    assert.deepEqual(curveOf(files, "validation/mean_dice"), [[3, 0.125], [6, 0.25]]);
    assert.deepEqual(curveOf(files, "dice_by_patient/a"), [[3, 0.125], [6, 0.25]]);
    assert.deepEqual(curveOf(files, "progress/epoch"), [[3, 1], [6, 2]]);
    assert.deepEqual(curveOf(files, "progress/slices_per_second"), [[3, 8], [6, 8]]);
  });
});

Deno.test("TrainingEvents writes the learning rate of the schedule's epochs, then that of the constant end", async () => {
  await withFolder(async (folder) => {
    const constantEnd = { epochs: 1, learningRate: 0.25, averageDecay: 0 };
    train(folder, firstStep, { epoch: 2, step: 3 }, { ...settings, constantEnd });
    const cycle = [0, 1, 2].map((step) =>
      Math.fround(learningRateAt(settings.schedule, { epoch: 0, step, steps: 3 }))
    );
    const rates = curveOf(await readEventFiles(folder), "progress/learning_rate");
    assert.deepEqual(rates.map(([, rate]) => rate), [...cycle, 0.25, 0.25, 0.25]);
  });
});

Deno.test("TrainingEvents leaves a Dice out that is not defined", async () => {
  await withFolder(async (folder) => {
    train(folder, firstStep, { epoch: 1, step: 3 });
    assert.deepEqual(curveOf(await readEventFiles(folder), "dice_by_patient/b"), []);
  });
});

Deno.test("TrainingEvents takes back what was written after the state that a run goes on from", async () => {
  await withFolder(async (folder) => {
    train(folder, firstStep, { epoch: 2, step: 2 });
    train(folder, { ...firstStep, epoch: 1, step: 2 }, { epoch: 2, step: 1 });
    train(folder, { ...firstStep, epoch: 2 }, { epoch: 2, step: 3 });
    const files = await readEventFiles(folder);
    assert.deepEqual(files.map(([, { step }]) => step), [1, 3, 4]);
    assert.deepEqual(curveOf(files, "training/loss"), allLosses);
    assert.deepEqual(curveOf(files, "validation/loss"), [[3, 1], [6, 0.5]]);
  });
});

Deno.test("EventFile writes each event at once", async () => {
  await withFolder(async (folder) => {
    const file = EventFile.open(folder, 1);
    file.writeScalars(1, { loss: 0.5 });
    assert.deepEqual(curveOf(await readEventFiles(folder), "loss"), [[1, 0.5]]);
    file.writeScalars(2, { loss: 0.25 });
    assert.deepEqual(curveOf(await readEventFiles(folder), "loss"), [[1, 0.5], [2, 0.25]]);
    file.close();
  });
});

Deno.test("EventFile.open starts a file after all others, and changes none of them", async () => {
  await withFolder(async (folder) => {
    EventFile.open(folder, 1).close();
    const [first] = await readdir(folder), path = join(folder, first);
    // A process that was killed in the middle of an event.
    await appendFile(path, new Uint8Array(5));
    const before = await readFile(path);
    EventFile.open(folder, 2).close();
    EventFile.open(folder, 3).close();
    const names = await readdir(folder);
    assert.equal(names.length, 3);
    assert.equal(names.sort()[0], first);
    assert.deepEqual(await readFile(path), before);
  });
});
