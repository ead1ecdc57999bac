/** What a person is told of each epoch. */
import assert from "node:assert/strict";
import { type EpochResult, firstStep } from "../../../train/fit/fit.ts";
import type { PreparedPatient } from "../../../train/data/prepared_patient.ts";
import { trainingDisplay } from "../../../train/run/training_display.ts";
import { terminalStream } from "../support/terminal_stream.ts";
import { excerpt, preparedSample } from "../data/patients.ts";

/** An epoch's result, but for what a test says. */
const usual: Omit<EpochResult, "epoch"> = {
  trainingLoss: 0.5,
  validation: { loss: 0.25, dice: new Map(), meanDice: 0.75 },
  isBest: true,
  isLowest: true,
  slicesPerSecond: 12.34,
};

/** Shows a run of three steps an epoch, of two slices each; tells its lines, by a clock that the test sets. */
function shown({ epochs = 3, start = firstStep, validation = [] as PreparedPatient[] } = {}) {
  const lines: string[] = [], clock = { seconds: 0 };
  const settings = { epochs, batchSize: 2, patience: 0 }, now = () => clock.seconds * 1000;
  const log = (line: string) => void lines.push(line);
  const display = trainingDisplay(settings, 6, validation, log, { start, now });
  return { display, lines, clock };
}

/** The lines of a run of three epochs, of 20 s each. */
function linesOf(...results: Partial<EpochResult>[]): string[] {
  const { display, lines, clock } = shown();
  for (const [index, result] of results.entries()) {
    const epoch = index + 1;
    display.onStep({ ...firstStep, epoch, step: 3, lossSum: 1.5 }, 0.5);
    clock.seconds += 20;
    display.onEpoch({ epoch, ...usual, ...result });
  }
  display.stop();
  return lines;
}

Deno.test("trainingDisplay tells losses, Dice, speed, the time left, and where the loss is the lowest so far", () => {
  const [first, second, third] = linesOf({}, { isLowest: false }, { isBest: false });
  const figures = "loss 0.5000  validation loss 0.2500  Dice 0.7500  12.3 slices/s";
  assert.equal(first, `epoch 1/3  ${figures}  40 s left  lowest loss so far`);
  assert.equal(second, `epoch 2/3  ${figures}  20 s left`);
  assert.equal(third, `epoch 3/3  ${figures}  lowest loss so far`);
});

Deno.test("trainingDisplay has no figures of validation where nothing validates, and none of what is not defined", () => {
  const nothing = { loss: NaN, dice: new Map(), meanDice: NaN };
  const [first, second] = linesOf(
    { validation: nothing },
    { validation: { ...nothing, loss: 0.25 } },
  );
  assert.equal(first, "epoch 1/3  loss 0.5000  12.3 slices/s  40 s left");
  assert.match(second, /validation loss 0\.2500 {2}Dice - {2}/);
});

/** The time left that each of a run's epochs tells. */
function timesLeft(
  { display, lines, clock }: ReturnType<typeof shown>,
  epochs: readonly (readonly [epoch: number, seconds: number])[],
): string[] {
  for (const [epoch, seconds] of epochs) {
    clock.seconds = seconds;
    display.onEpoch({ epoch, ...usual });
  }
  return lines.map((line) => / ([^ ]+ \w+) left/.exec(line)?.[1] ?? "");
}

Deno.test("trainingDisplay tells the time left by the mean of the epochs so far", () => {
  // 10 s, then 30 s, then 1 min 20 s an epoch: means of 10, 20, 40 s.
  const times = timesLeft(shown({ epochs: 100 }), [[1, 10], [2, 40], [3, 120], [100, 4000]]);
  assert.deepEqual(times, ["17 min", "33 min", "65 min", ""]);
  assert.deepEqual(timesLeft(shown({ epochs: 400 }), [[1, 60]]), ["6.7 h"]);
});

Deno.test("trainingDisplay takes what was done before an interruption for no work of this process", async () => {
  // Two of three steps of epoch 5 were done: a third of an epoch took 10 s.
  const start = { ...firstStep, epoch: 5, step: 2 };
  assert.deepEqual(timesLeft(shown({ epochs: 7, start }), [[5, 10], [6, 40]]), ["60 s", "30 s"]);
  // All its steps were done: six slices of eight, the others are of the patient to measure on.
  const last = { ...firstStep, epoch: 5, step: 3 },
    validation = [excerpt(await preparedSample(0), 10, 2)];
  assert.deepEqual(timesLeft(shown({ epochs: 7, start: last, validation }), [[5, 5]]), ["40 s"]);
  // All its steps, and nobody to measure on: no work was seen at all.
  assert.deepEqual(timesLeft(shown({ epochs: 7, start: last }), [[5, 0.01]]), [""]);
});

Deno.test("trainingDisplay draws a bar that fits into 80 columns, the speed and the loss of a long run too", () => {
  const { stream, line } = terminalStream({ columns: 80 }), clock = { ms: 0 }, { now } = Date;
  Date.now = () => clock.ms;
  const settings = { epochs: 150, batchSize: 8, patience: 0 };
  const start = { ...firstStep, epoch: 100 };
  try {
    const display = trainingDisplay(settings, 30_000, [], assert.fail, {
      start,
      stream,
      now: () => clock.ms,
    });
    display.onStep({ ...start, lossSum: 0.5, step: 1 }, 0.5);
    clock.ms += 100_000;
    display.onStep({ ...start, lossSum: 1000, step: 2193 }, 0.5);
    display.stop();
  } finally {
    Date.now = now;
  }
  assert.equal(
    line().replace(/[█░]+/, "#"),
    "Epoch 100/150 # 58%  17544/30000  1m10s left  175 slices/s  loss 0.4560",
  );
});

Deno.test("trainingDisplay leaves a speed out that nobody knows", () => {
  const { display, lines } = shown({ epochs: 1 });
  display.onEpoch({ epoch: 1, ...usual, slicesPerSecond: NaN });
  assert.equal(
    lines[0],
    "epoch 1/1  loss 0.5000  validation loss 0.2500  Dice 0.7500  lowest loss so far",
  );
});
