import assert from "node:assert/strict";
import { soak } from "./run.ts";
import { fitTrend } from "./trend.ts";

Deno.test("fitTrend() tells growth from noise", () => {
  assert.deepEqual(fitTrend([3, 4, 5, 6]), { growth: 3, noise: 0 });
  assert.deepEqual(fitTrend([1, -1, -1, 1]), { growth: 0, noise: 1 });
  assert.deepEqual(fitTrend([7]), { growth: 0, noise: 0 });
});

Deno.test("deno task edge under twice its load serves or refuses everyone, and loses no more than its workers' own", async () => {
  const { alone, faults, fatal, restarts, exitCode } = await soak({ requests: 60 });
  for (const { requests, served, refused, wrong } of [alone, faults]) {
    assert.deepEqual([requests, wrong], [60, 0]);
    assert.ok(served > 0 && served + refused === 60);
  }
  assert.ok(fatal.length > 0);
  assert.deepEqual(fatal, fatal.map(() => 504));
  assert.equal(restarts, fatal.length);
  assert.equal(exitCode, 0);
});
