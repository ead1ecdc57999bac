import assert from "node:assert/strict";
import { QueueFullError, TimeLimitError } from "../../shared/inference/pool_error.ts";
import { createCountingPool, fakeWorker, slice } from "./support/counting_pool.ts";

Deno.test("createWorkerPool() ends a worker that takes longer than it may, and replaces it", async () => {
  const { pool, count } = createCountingPool(fakeWorker, 1, { timeLimit: 1000 });
  const hanging = pool.segment(slice(3)), waiting = pool.segment(slice(0));
  await assert.rejects(hanging, (error) => error instanceof TimeLimitError);
  assert.deepEqual((await waiting).mask.shape, [1, 2]);
  // In vain, before it has come to an end.
  assert.deepEqual(count, { started: 2, ended: 0 });
  pool.close();
  assert.deepEqual(count, { started: 2, ended: 2 });
});

Deno.test("createWorkerPool() starts no more workers than twice its size, however many take too long", async () => {
  const { pool, count } = createCountingPool(fakeWorker, 1, { timeLimit: 100 });
  let running = 0;
  const slow = Array.from({ length: 6 }, async () => {
    await assert.rejects(pool.segment(slice(4)), (error) => error instanceof TimeLimitError);
    running = Math.max(running, count.started - count.ended);
  });
  await Promise.all(slow);
  assert.deepEqual((await pool.segment(slice(0))).mask.shape, [1, 2]);
  assert.equal(running, 2);
  while (count.ended < 6) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.equal(count.started, 7);
  pool.close();
});

Deno.test("createWorkerPool() ends a worker at once where that interrupts it", async () => {
  const { pool, count } = createCountingPool(fakeWorker, 1, { timeLimit: 100, interrupts: true });
  await assert.rejects(pool.segment(slice(4)), (error) => error instanceof TimeLimitError);
  assert.deepEqual(count, { started: 1, ended: 1 });
  pool.close();
});

Deno.test("createWorkerPool() has a bounded queue where no worker can start", async () => {
  const limits = { timeLimit: 100, maxWaiting: 1 };
  const { pool } = createCountingPool(fakeWorker, 1, limits);
  for (let lost = 0; lost < 2; lost++) {
    await assert.rejects(pool.segment(slice(3)), (error) => error instanceof TimeLimitError);
  }
  const waiting = assert.rejects(pool.segment(slice(0)), /pool is closed/);
  await assert.rejects(pool.segment(slice(0)), (error) => error instanceof QueueFullError);
  pool.close();
  await waiting;
});

Deno.test("createWorkerPool() ends a worker that hangs with what nobody waits for any more", async () => {
  const { pool, count } = createCountingPool(fakeWorker, 1);
  const controller = new AbortController();
  await pool.segment(slice(0));
  const left = pool.segment(slice(3), { signal: controller.signal });
  const waiting = pool.segment(slice(0));
  controller.abort(new Error("gone"));
  await assert.rejects(left, /gone/);
  await waiting;
  assert.deepEqual(count, { started: 2, ended: 0 });
  pool.close();
});
