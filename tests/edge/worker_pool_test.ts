import assert from "node:assert/strict";
import { QueueFullError } from "../../shared/inference/pool_error.ts";
import { createWorkerPool } from "../../shared/inference/worker_pool.ts";
import type { Slice } from "../../shared/volume.ts";
import { createCountingPool, fakeWorker, reference, slice } from "./support/counting_pool.ts";

const realWorker = new URL("../../shared/inference/worker.ts", import.meta.url);
const poorWorker = new URL("./support/poor_worker.ts", import.meta.url);
const mortalWorker = new URL("./support/mortal_worker.ts", import.meta.url);

Deno.test("createWorkerPool() rejects the request of a worker that crashes, and replaces it", async () => {
  const { pool, count } = createCountingPool(fakeWorker, 1);
  const crashing = pool.segment(slice(1)), waiting = pool.segment(slice(0));
  await assert.rejects(crashing, /as the inference worker crashed: .*out of luck/);
  assert.deepEqual((await waiting).mask.shape, [1, 2]);
  assert.deepEqual(count, { started: 2, ended: 1 });
  pool.close();
});

Deno.test("createWorkerPool() rejects when the worker's file does not exist", async () => {
  const { pool } = createCountingPool(new URL("./nothing.ts", import.meta.url), 1);
  await assert.rejects(pool.segment(slice(0)), /as the inference worker crashed: /);
  pool.close();
});

Deno.test("createWorkerPool() rejects when no worker can be created", async () => {
  const createWorker = () => {
    throw new Error("workers are forbidden");
  };
  const pool = createWorkerPool({ createWorker, size: 1, ...reference });
  await assert.rejects(pool.segment(slice(0)), /workers are forbidden/);
  pool.close();
});

Deno.test("createWorkerPool() ends a worker that has no usable model", async () => {
  const { pool, count } = createCountingPool(fakeWorker, 1, { model: new Uint8Array([2]) });
  for (const started of [1, 2]) {
    await assert.rejects(pool.segment(slice(0)), { name: "TypeError", message: "no model" });
    assert.deepEqual(count, { started, ended: started });
  }
  pool.close();
});

Deno.test("createWorkerPool() says what is wrong with a model that does not load", async () => {
  const { pool, count } = createCountingPool(realWorker, 1, { model: new Uint8Array([1, 2, 3]) });
  await assert.rejects(pool.segment(slice(0)), /model|protobuf/i);
  assert.equal(count.ended, 1);
  pool.close();
});

Deno.test("createWorkerPool() keeps a worker whose slice was refused, and the error's class", async () => {
  const { pool, count } = createCountingPool(realWorker, 1);
  const gray = { data: new Uint8Array(64), height: 8, width: 8, channels: 1 };
  await assert.rejects(pool.segment(gray), { name: "TypeError", message: /1 channel/ });
  const { probability } = await pool.segment(slice(0));
  assert.equal(probability.data.length, 2);
  assert.deepEqual(count, { started: 1, ended: 0 });
  pool.close();
});

Deno.test("createWorkerPool() starts workers only as slices need them, up to its size", async () => {
  const { pool, count } = createCountingPool(fakeWorker, 2);
  assert.equal(count.started, 0);
  await pool.segment(slice(0));
  await pool.segment(slice(0));
  assert.equal(count.started, 1);
  await Promise.all([0, 0, 0, 0].map((first) => pool.segment(slice(first))));
  assert.equal(count.started, 2);
  pool.close();
});

Deno.test("createWorkerPool() leaves the caller's slice as it was", async () => {
  const { pool } = createCountingPool(fakeWorker, 1);
  const volume = new Uint8Array(12);
  const data = volume.subarray(6);
  await pool.segment({ data, height: 1, width: 2, channels: 3 });
  assert.equal(data.length, 6);
  assert.equal(volume.length, 12);
  pool.close();
});

Deno.test("createWorkerPool() forgets a waiting slice whose signal aborts", async () => {
  const { pool } = createCountingPool(fakeWorker, 1);
  const controller = new AbortController();
  const first = pool.segment(slice(0));
  const second = pool.segment(slice(1), { signal: controller.signal });
  controller.abort(new Error("changed my mind"));
  await assert.rejects(second, /changed my mind/);
  await first;
  // The slice that would have crashed the worker never reached it.
  await pool.segment(slice(0));
  pool.close();
});

Deno.test("createWorkerPool() drops the answer of a running slice whose signal aborts", async () => {
  const { pool, count } = createCountingPool(fakeWorker, 1);
  const controller = new AbortController();
  const first = pool.segment(slice(0), { signal: controller.signal });
  const second = pool.segment({ ...slice(0), height: 2, width: 1 });
  controller.abort(new Error("changed my mind"));
  await assert.rejects(first, /changed my mind/);
  assert.deepEqual((await second).mask.shape, [2, 1]);
  assert.equal(count.started, 1);
  pool.close();
});

Deno.test("createWorkerPool() rejects a slice whose signal has aborted already", async () => {
  const { pool, count } = createCountingPool(fakeWorker, 1);
  const signal = AbortSignal.abort(new Error("too late"));
  await assert.rejects(pool.segment(slice(0), { signal }), /too late/);
  assert.equal(count.started, 0);
  pool.close();
});

Deno.test("createWorkerPool() rejects everything unanswered when it is closed", async () => {
  const { pool, count } = createCountingPool(fakeWorker, 1);
  const pending = [3, 0].map((first) => assert.rejects(pool.segment(slice(first)), /is closed/));
  pool.close();
  await Promise.all(pending);
  await assert.rejects(pool.segment(slice(0)), /is closed/);
  assert.deepEqual(count, { started: 1, ended: 1 });
});

Deno.test("createWorkerPool() runs the network on a batch of preprocessed images", async () => {
  const { pool } = createCountingPool(realWorker, 1);
  const probability = await pool.run(new Float32Array(2 * 3 * 16 * 8), [2, 3, 16, 8]);
  assert.equal(probability.length, 2 * 16 * 8);
  assert.ok(probability.every((value) => value >= 0 && value <= 1));
  pool.close();
});

Deno.test("createWorkerPool() refuses a slice when as many wait as may, and says when to come back", async () => {
  const { pool } = createCountingPool(fakeWorker, 1, { maxWaiting: 1 });
  const held = [pool.segment(slice(0)), pool.segment(slice(0))];
  await assert.rejects(pool.segment(slice(0)), (error) => {
    assert.ok(error instanceof QueueFullError);
    assert.match(error.message, /at most 1 slices may wait/);
    return Number.isInteger(error.retryAfter) && error.retryAfter >= 1;
  });
  // What was let in before waits in any queue.
  await Promise.all([...held, pool.segment(slice(0), { admitted: true })]);
  await pool.segment(slice(0));
  pool.close();
});

/** A slice that is no other's, with something to outline. */
function lively(side: number, seed: number): Slice {
  const data = Uint8Array.from({ length: 3 * side * side }, (_, i) => i * (7 + seed) % 251);
  return { data, height: side, width: side, channels: 3 };
}

Deno.test("createWorkerPool() replaces a worker that runs out of memory, and only its slice fails", async () => {
  const { pool, count } = createCountingPool(poorWorker, 1, { loadLimit: Infinity });
  const before = await pool.segment(lively(64, 0));
  const large = pool.segment(lively(1024, 0)), waiting = pool.segment(lively(64, 0));
  await assert.rejects(large, /bad_alloc/);
  assert.deepEqual((await waiting).probability, before.probability);
  assert.deepEqual(count, { started: 2, ended: 1 });
  pool.close();
});

Deno.test("createWorkerPool() loses no slice but those whose workers are killed, at random and under load", async () => {
  const slices = Array.from({ length: 12 }, (_, seed) => lively(64, seed));
  const { pool: calm } = createCountingPool(realWorker, 1, { loadLimit: Infinity });
  const expected: Float32Array[] = [];
  for (const slice of slices) expected.push((await calm.segment(slice)).probability.data);
  calm.close();

  const living = new Set<Worker>();
  const createWorker = () => {
    const worker = new Worker(mortalWorker, { type: "module" });
    const terminate = worker.terminate.bind(worker);
    worker.terminate = () => {
      living.delete(worker);
      terminate();
    };
    living.add(worker);
    return worker;
  };
  const pool = createWorkerPool({ createWorker, size: 2, ...reference, loadLimit: Infinity });
  const dying = new Set<Worker>();
  let kills = 0, lost = 0, running = true;
  const killing = (async () => {
    while (running) {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 1500));
      const victim = [...living][Math.floor(Math.random() * living.size)];
      if (!victim || dying.has(victim)) continue;
      dying.add(victim);
      victim.postMessage("die");
      kills++;
    }
  })();
  // Until there were enough, each slice is asked for again as soon as it is answered.
  await Promise.all(slices.map(async (slice, index) => {
    for (let again = 0; again < 3 || kills < 5; again++) {
      try {
        assert.deepEqual((await pool.segment(slice)).probability.data, expected[index]);
      } catch (error) {
        assert.match(String(error), /as the inference worker crashed: .*killed/);
        lost++;
      }
    }
  }));
  running = false;
  await killing;
  assert.ok(lost <= kills, `${lost} lost, ${kills} killed`);
  // The last one may not have heard yet that it is to die.
  while ([...dying].some((worker) => living.has(worker))) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.equal((await pool.segment(slices[0])).probability.data.length, 64 * 64);
  pool.close();
});

for (const size of [0, 1.5, NaN]) {
  Deno.test(`createWorkerPool() refuses the size ${size}`, () => {
    assert.throws(
      () => createCountingPool(fakeWorker, size),
      { name: "RangeError", message: /an integer of at least 1: current value is/ },
    );
  });
}
