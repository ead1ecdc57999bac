import assert from "node:assert/strict";
import { epochSlices } from "../../../train/data/sampler.ts";

/** 90 slices, every third one with tumor. */
const hasTumor = Array.from({ length: 90 }, (_, index) => index % 3 === 0);

function timesDrawn(draws: readonly number[]): number[] {
  const times = new Array(hasTumor.length).fill(0);
  for (const index of draws) times[index]++;
  return times;
}

Deno.test("epochSlices without a weight has every slice once, in another order each epoch and seed", () => {
  const orders = [[1, 1], [1, 2], [2, 1]]
    .map(([seed, epoch]) => epochSlices(hasTumor, { seed, epoch }));
  for (const order of orders) assert.deepEqual(timesDrawn(order), hasTumor.map(() => 1));
  assert.equal(new Set(orders.map(String)).size, 3);
});

Deno.test("epochSlices follows from seed and epoch alone", () => {
  const settings = { seed: 3, epoch: 9, tumorWeight: 2 };
  const once = epochSlices(hasTumor, settings);
  for (let epoch = 1; epoch < 9; epoch++) epochSlices(hasTumor, { ...settings, epoch });
  assert.deepEqual(epochSlices(hasTumor, settings), once);
});

Deno.test("epochSlices draws each slice as often as its weight asks for, rounded up or down", () => {
  for (const tumorWeight of [0.5, 2, 3.7, 10]) {
    // 30 slices weigh tumorWeight, 60 weigh 1, and 90 are drawn.
    const share = 90 / (30 * tumorWeight + 60);
    for (let epoch = 1; epoch <= 20; epoch++) {
      const draws = epochSlices(hasTumor, { seed: 5, epoch, tumorWeight });
      assert.equal(draws.length, 90);
      for (const [index, times] of timesDrawn(draws).entries()) {
        const due = hasTumor[index] ? share * tumorWeight : share;
        assert.ok(
          times >= Math.floor(due) && times <= Math.ceil(due),
          `${times} times, due ${due}`,
        );
      }
    }
  }
});

Deno.test("epochSlices gives all slices of a kind the same chance over epochs", () => {
  const epochs = 600, totals = new Array(hasTumor.length).fill(0);
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const draws = epochSlices(hasTumor, { seed: 1, epoch, tumorWeight: 2 });
    for (const [index, times] of timesDrawn(draws).entries()) totals[index] += times;
  }
  // Due 1.5 and 0.75 times an epoch; five standard errors of a draw that comes or does not.
  for (const [index, total] of totals.entries()) {
    const due = hasTumor[index] ? 1.5 : 0.75;
    assert.ok(Math.abs(total / epochs - due) < 5 * 0.5 / Math.sqrt(epochs), `${total / epochs}`);
  }
});

Deno.test("epochSlices takes a data set without tumor, and one without slices", () => {
  const none = epochSlices([false, false], { seed: 1, epoch: 1, tumorWeight: 4 });
  assert.deepEqual(none.sort(), [0, 1]);
  assert.deepEqual(epochSlices([], { seed: 1, epoch: 1, tumorWeight: 4 }), []);
});

Deno.test("epochSlices refuses a weight that is no weight", () => {
  for (const tumorWeight of [0, -1, NaN, Infinity]) {
    assert.throws(
      () => epochSlices(hasTumor, { seed: 1, epoch: 1, tumorWeight }),
      (error) => error instanceof RangeError && error.message.includes(String(tumorWeight)),
    );
  }
});
