import assert from "node:assert/strict";
import { judge } from "./bars.ts";
import { type Part, soak, type SoakResult, workers } from "./run.ts";
import { fitTrend } from "./trend.ts";

Deno.test("fitTrend() tells growth from noise", () => {
  assert.deepEqual(fitTrend([3, 4, 5, 6]), { growth: 3, noise: 0 });
  assert.deepEqual(fitTrend([1, -1, -1, 1]), { growth: 0, noise: 1 });
  assert.deepEqual(fitTrend([7]), { growth: 0, noise: 0 });
});

Deno.test("deno task edge under twice its load serves or refuses everyone, and loses no more than its workers' own", async (t) => {
  const { alone, faults, fatal, restarts, working, exitCode, wrk } = await soak({ requests: 140 });
  for (const [{ requests, served, refused, wrong }, sent] of [[alone, 70], [faults, 35]] as const) {
    assert.deepEqual([requests, wrong], [sent, 0]);
    assert.ok(served > 0 && served + refused === sent);
  }
  assert.ok(fatal.length > 0);
  assert.deepEqual(fatal, fatal.map(() => 504));
  assert.equal(restarts, fatal.length);
  assert.ok(working <= 2 * workers, `${working}`);
  assert.equal(exitCode, 0);

  await t.step({
    name: "also wrk, from connections that are kept",
    ignore: wrk === undefined,
    fn() {
      assert.deepEqual([wrk!.wrong, wrk!.failed], [0, 0]);
      assert.ok(wrk!.served > 0);
    },
  });
});

const good: Part = {
  requests: 200,
  seconds: 10,
  served: 100,
  refused: 100,
  wrong: 0,
  median: 800,
  p99: 2000,
  memory: { growth: 1, noise: 1 },
};
const wrk = { seconds: 10, served: 100, refused: 100, wrong: 0, failed: 0 };
const result: SoakResult = {
  capacity: 10,
  bound: 2700,
  alone: good,
  wrk,
  faults: good,
  fatal: [504, 504],
  restarts: 2,
  settled: 500,
  working: 4,
  exitCode: 0,
};

const missedBy = (changed: Partial<SoakResult>) =>
  judge({ ...result, ...changed }).filter(({ met }) => !met).map(({ what }) => what);

Deno.test("judge() finds every bar met where wrk is there and where it is not", () => {
  assert.deepEqual(missedBy({}), []);
  assert.deepEqual(missedBy({ wrk: undefined }), []);
  assert.equal(judge(result).length, judge({ ...result, wrk: undefined }).length + 3);
});

for (
  const [what, changed] of [
    ["the capacity is served", { alone: { ...good, served: 79 } }],
    ["answers that are neither 200 nor 429 with Retry-After", { faults: { ...good, wrong: 1 } }],
    ["p99 of the served is bounded by the queue", { alone: { ...good, p99: 2701 } }],
    ["memory is flat", { alone: { ...good, memory: { growth: 16, noise: 5 } } }],
    ["requests that took their worker along and did not get 504", { fatal: [504, 500] }],
    ["lost workers that were not replaced", { restarts: 1 }],
    ["workers at work at once, with those that were ended and went on", { working: 5 }],
    ["until nothing is held after the last answer", { settled: 1001 }],
    ["status of the process after SIGTERM", { exitCode: 1 }],
    ["wrk: the capacity is served", { wrk: { ...wrk, served: 79 } }],
    ["wrk: answers that are neither 200 nor 429 with Retry-After", { wrk: { ...wrk, wrong: 1 } }],
    ["wrk: connections that failed, and answers that never came", { wrk: { ...wrk, failed: 1 } }],
  ] as [string, Partial<SoakResult>][]
) {
  Deno.test(`judge() finds this missed, and nothing else: ${what}`, () => {
    assert.deepEqual(missedBy(changed), [what]);
  });
}

Deno.test("judge() takes an exit by a signal, or no served request at all, for missed", () => {
  assert.deepEqual(missedBy({ exitCode: 137 }), ["status of the process after SIGTERM"]);
  const none = { ...good, served: 0, median: NaN, p99: NaN };
  assert.deepEqual(missedBy({ alone: none }), [
    "the capacity is served",
    "p99 of the served is bounded by the queue",
  ]);
});
