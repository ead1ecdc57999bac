import assert from "node:assert/strict";
import { test } from "node:test";
import { createOverdue } from "../../../shared/inference/overdue.ts";

test("createOverdue() is full with more threads than may go on, and has room when one is gone", async () => {
  const overdue = createOverdue(1);
  let end = () => {};
  const first = new Promise<void>((resolve) => end = resolve);
  await overdue.room();
  overdue.add(first);
  assert.equal(overdue.full, false);
  overdue.add(new Promise(() => {}));
  assert.deepEqual([overdue.full, overdue.count], [true, 2]);
  let room = false;
  const waiting = overdue.room().then(() => room = true);
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(room, false);
  end();
  await waiting;
  assert.deepEqual([overdue.full, overdue.count], [false, 1]);
});

test("createOverdue() is stuck when all that fill it have gone on for a minute", (t) => {
  let now = 0;
  t.mock.method(performance, "now", () => now);
  const overdue = createOverdue(1);
  overdue.add(new Promise(() => {}));
  now = 61_000;
  overdue.add(new Promise(() => {}));
  assert.deepEqual([overdue.full, overdue.stuck], [true, false]);
  now = 122_000;
  assert.equal(overdue.stuck, true);
});
