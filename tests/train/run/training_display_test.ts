/** What a person is told of each epoch. */
import assert from "node:assert/strict";
import type { EpochResult } from "../../../train/fit/fit.ts";
import { trainingDisplay } from "../../../train/run/training_display.ts";

const progress = {
  epoch: 1,
  step: 3,
  lossSum: 1.5,
  bestEpoch: 0,
  lowestEpoch: 0,
  lowestLoss: null,
};

/** The lines of a run of three epochs. */
function linesOf(...results: Partial<EpochResult>[]): string[] {
  const lines: string[] = [];
  const display = trainingDisplay(
    { epochs: 3, batchSize: 2, patience: 0 },
    6,
    [],
    (line) => void lines.push(line),
  );
  for (const [index, result] of results.entries()) {
    const epoch = index + 1;
    display.onStep({ ...progress, epoch }, 0.5);
    display.onEpoch({
      epoch,
      trainingLoss: 0.5,
      validation: { loss: 0.25, dice: new Map(), meanDice: 0.75 },
      isBest: true,
      slicesPerSecond: 12.34,
      ...result,
    });
  }
  display.stop();
  return lines;
}

Deno.test("trainingDisplay tells losses, Dice, speed, the time left, and whether it is the best so far", () => {
  const [first, second, third] = linesOf({}, { isBest: false }, {});
  const figures = "loss 0.5000  validation loss 0.2500  Dice 0.7500  12.3 slices/s";
  assert.match(first, new RegExp(`^epoch 1/3  ${figures}  \\d+ s left  best so far$`));
  assert.match(second, new RegExp(`^epoch 2/3  ${figures}  \\d+ s left$`));
  assert.equal(third, `epoch 3/3  ${figures}  best so far`);
});

Deno.test("trainingDisplay has no figures of validation where nothing validates, and none of what is not defined", () => {
  const nothing = { loss: NaN, dice: new Map(), meanDice: NaN };
  const [first, second] = linesOf(
    { validation: nothing },
    { validation: { ...nothing, loss: 0.25 } },
  );
  assert.match(first, /^epoch 1\/3 {2}loss 0\.5000 {2}12\.3 slices\/s {2}\d+ s left$/);
  assert.match(second, /validation loss 0\.2500 {2}Dice - {2}/);
});
