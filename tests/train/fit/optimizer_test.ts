/** Optimizer, schedules, losses and the average of the weights, held against PyTorch's. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import * as tf from "@tensorflow/tfjs";
import { Adam } from "../../../train/fit/adam.ts";
import { flatVariable } from "../../../train/network/flat_variable.ts";
import {
  crossEntropyOfLogits,
  crossEntropyWeightOf,
  diceLossOfLogits,
  lossOfLogits,
  type LossSettings,
} from "../../../train/fit/loss.ts";
import { learningRateAt, momentumAt, type Schedule } from "../../../train/fit/schedule.ts";
import { WeightAverage } from "../../../train/fit/weight_average.ts";

const golden = JSON.parse(
  await readFile(new URL("../../golden/optimizer.json", import.meta.url), "utf8"),
);
await tf.setBackend("cpu");

function assertClose(actual: Iterable<number>, expected: Iterable<number>, tolerance: number) {
  const [a, b] = [[...actual], [...expected]];
  assert.equal(a.length, b.length);
  a.forEach((value, index) =>
    assert.ok(Math.abs(value - b[index]) <= tolerance, `${a} is not ${b}`)
  );
}

const oneCycle: Schedule = {
  kind: "one-cycle",
  learningRate: 1e-2,
  milestones: [],
  gamma: 1,
  warmup: 0.5,
  momentum: "cycled",
};

/** Takes PyTorch's steps, and compares after each. */
function assertMovesAlike(
  { start, gradients, steps }: typeof golden.adamw,
  momentum: Schedule["momentum"],
): void {
  const schedule = { ...oneCycle, momentum };
  const moment = (step: number) => ({ epoch: 0, step, steps: gradients.length });
  const parameters = flatVariable(Float32Array.from(start));
  const optimizer = new Adam(start.length, { weightDecay: 0.1, clipNorm: 1 });
  for (const [step, gradient] of gradients.entries()) {
    const rate = learningRateAt(schedule, moment(step)),
      momentum = momentumAt(schedule, moment(step));
    assertClose([rate, momentum], [steps[step].learningRate, steps[step].momentum ?? 0.9], 1e-9);
    tf.tidy(() => optimizer.step(parameters, tf.tensor1d(gradient), rate, { momentum }));
    assertClose(parameters.dataSync(), steps[step].parameters, 1e-6);
  }
}

Deno.test("Adam with weight decay and clipping moves as PyTorch's AdamW", () => {
  assertMovesAlike(golden.adamw, "constant");
});

Deno.test("Adam under a cycled momentum moves as PyTorch's AdamW under OneCycleLR", () => {
  assertMovesAlike(golden.cycledMomentum, "cycled");
});

Deno.test("momentumAt is constant unless one cycle is to move it, as in runs of an earlier version", () => {
  const moment = { epoch: 0, step: 3, steps: 6 };
  assert.notEqual(momentumAt(oneCycle, moment), 0.9);
  for (const momentum of ["constant", undefined] as Schedule["momentum"][]) {
    assert.equal(momentumAt({ ...oneCycle, momentum }, moment), 0.9);
  }
  for (const kind of ["cosine", "milestones"] as const) {
    assert.equal(momentumAt({ ...oneCycle, kind }, moment), 0.9);
  }
});

Deno.test("learningRateAt gives PyTorch's one-cycle schedule", () => {
  const schedule = { ...oneCycle, learningRate: 3e-3, warmup: 0.3 };
  const steps = golden.oneCycle.length;
  const rates = Array.from(
    { length: steps },
    (_, step) => learningRateAt(schedule, { epoch: 0, step, steps }),
  );
  assertClose(rates, golden.oneCycle, 1e-9);
});

Deno.test("learningRateAt of a cosine warms up, peaks and ends at zero", () => {
  const schedule: Schedule = { ...oneCycle, kind: "cosine", learningRate: 1, warmup: 0.1 };
  const at = (step: number) => learningRateAt(schedule, { epoch: 0, step, steps: 100 });
  assert.equal(at(0), 0);
  assertClose([at(5), at(10), at(55), at(100)], [0.5, 1, 0.5, 0], 1e-9);
});

Deno.test("learningRateAt gives every step of a run of any length a rate up to the highest", () => {
  for (const kind of ["one-cycle", "cosine"] as const) {
    for (const warmup of [0, 0.1, 0.2, 0.25, 0.5, 0.9]) {
      for (let steps = 1; steps <= 50; steps++) {
        const schedule = { ...oneCycle, kind, warmup, learningRate: 1 };
        const rates = Array.from(
          { length: steps },
          (_, step) => learningRateAt(schedule, { epoch: 0, step, steps }),
        );
        const within = rates.every((rate) => rate >= 0 && rate <= 1);
        assert.ok(within, `${kind}, warm-up ${warmup}, ${steps} steps: ${rates}`);
      }
    }
  }
});

Deno.test("crossEntropyOfLogits equals PyTorch's, for logits that would overflow too", () => {
  const { logits, reference, loss, gradient } = golden.crossEntropy;
  const shape: [number, number, number, number] = [1, 1, logits.length, 1];
  const target = tf.tensor4d(reference, shape);
  const { value, grad } = tf.valueAndGrad((x) => crossEntropyOfLogits(x as tf.Tensor4D, target))(
    tf.tensor4d(logits, shape),
  );
  assertClose(value.dataSync(), [loss], 1e-5);
  assertClose(grad.dataSync(), gradient, 1e-6);
});

Deno.test("crossEntropyWeightOf is the settings' own, none for the Dice loss, a half in runs of an earlier version", () => {
  const weight = (loss: "dice" | "dice+ce", crossEntropyWeight?: number) =>
    crossEntropyWeightOf({ loss, crossEntropyWeight } as LossSettings);
  assert.deepEqual([weight("dice+ce", 0.25), weight("dice+ce"), weight("dice", 1)], [0.25, 0.5, 0]);
});

Deno.test("lossOfLogits adds the weighed cross-entropy to the Dice loss", () => {
  const logits = tf.tensor4d([0, 2, -1, 0.5], [1, 2, 2, 1]);
  const reference = tf.tensor4d([0, 1, 0, 1], [1, 2, 2, 1]);
  const [dice] = diceLossOfLogits(logits, reference).dataSync();
  const [entropy] = crossEntropyOfLogits(logits, reference).dataSync();
  assertClose(lossOfLogits(0, logits, reference).dataSync(), [dice], 0);
  assertClose(lossOfLogits(0.5, logits, reference).dataSync(), [dice + entropy / 2], 1e-6);
});

Deno.test("WeightAverage follows quickly at first, then with its decay, and goes on from its state", async () => {
  const zero = { steps: 0, parameters: new Float32Array(1), statistics: new Float32Array(1) };
  const ones = {
    parameters: flatVariable(Float32Array.of(1)),
    statistics: flatVariable(Float32Array.of(2)),
  };
  const average = new WeightAverage(0.5, zero);
  average.update(ones); // the first decay is 1 / 10
  assertClose((await average.state()).parameters, [0.9], 1e-6);
  for (let step = 1; step < 20; step++) average.update(ones);
  const late = new WeightAverage(0.5, { ...await average.state(), ...zero, steps: 20 });
  late.update(ones); // far from the start the decay is the one asked for
  assertClose((await late.state()).parameters, [0.5], 1e-6);
  assertClose((await late.state()).statistics, [1], 1e-6);
});
