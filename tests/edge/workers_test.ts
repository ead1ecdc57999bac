import assert from "node:assert/strict";
import { createInlineWorker } from "../../shared/inference/inline_worker.ts";
import { createEngine } from "../../shared/inference/engine.ts";
import { pooledModel } from "../../shared/inference/worker_pool.ts";
import { createWorkers } from "../../shared/inference/workers.ts";
import { readReference } from "./support/files.ts";

const reference = await readReference();
const fakeWorker = new URL("./support/crashing_worker.ts", import.meta.url);
const slice = { data: new Uint8Array(6), height: 1, width: 2, channels: 3 };

/** An engine that does nothing but start, with what its models begin with. */
function fakeEngine(name: string, first: number) {
  const count = { started: 0 };
  const createWorker = () => {
    count.started++;
    const worker = new Worker(fakeWorker, { type: "module" });
    const post = worker.postMessage.bind(worker);
    worker.postMessage = (message, transfer) => {
      const model = new Uint8Array([first]);
      post(message.kind === "load" ? { ...message, model } : message, transfer as Transferable[]);
    };
    return worker;
  };
  return { choice: { name, createWorker, settings: {} }, count };
}

for (const [how, first] of [["crashes", 1], ["fails to load a model", 2], ["hangs", 3]] as const) {
  Deno.test(`createWorkers() goes on with the next engine where the best one ${how}`, async () => {
    const best = fakeEngine("webgpu", first), next = fakeEngine("wasm", 0);
    // Only the one that hangs is waited for no longer.
    const engines = [first === 3 ? { ...best.choice, loadLimit: 20 } : best.choice, next.choice];
    const workers = createWorkers({ engines, size: 1 });
    const model = pooledModel(workers, reference);
    assert.equal(workers.engine, "webgpu");
    assert.deepEqual((await model.segment(slice)).mask.shape, [1, 2]);
    assert.equal(workers.engine, "wasm");
    await model.segment(slice);
    assert.deepEqual([best.count.started, next.count.started], [1, 1]);
    workers.close();
  });
}

Deno.test("createWorkers() loads a model with its first slice, once a worker", async () => {
  const loaded: string[] = [];
  const { choice } = fakeEngine("wasm", 0);
  const createWorker = () => {
    const worker = choice.createWorker();
    const post = worker.postMessage.bind(worker);
    worker.postMessage = (message, transfer) => {
      if (message.kind === "load") loaded.push(message.card.name);
      post(message, transfer as Transferable[]);
    };
    return worker;
  };
  const workers = createWorkers({ engines: [{ ...choice, createWorker }], size: 1 });
  const models = ["first", "second"].map((name) =>
    pooledModel(workers, { ...reference, card: { ...reference.card, name } })
  );
  for (const index of [0, 0, 1, 0, 1]) await models[index].segment(slice);
  assert.deepEqual(loaded, ["first", "second"]);
  workers.close();
});

Deno.test("createWorkers() says what waits and what is worked on", async () => {
  const workers = createWorkers({ engines: [fakeEngine("wasm", 0).choice], size: 2 });
  const model = pooledModel(workers, reference);
  const asked = [0, 0, 0].map(() => model.segment(slice));
  assert.deepEqual([workers.busy, workers.waiting, workers.size], [2, 1, 2]);
  await Promise.all(asked);
  assert.deepEqual([workers.busy, workers.waiting, workers.restarts], [0, 0, 0]);
  workers.close();
});

Deno.test("createInlineWorker() segments on the same thread with the same answer", async () => {
  const { wasmBinary } = reference;
  const worker = new URL("../../shared/inference/worker.ts", import.meta.url);
  const answers = [];
  for (
    const createWorker of [
      () => createInlineWorker(createEngine),
      () => new Worker(worker, { type: "module" }),
    ]
  ) {
    const engines = [{ name: "wasm", createWorker, settings: { wasmBinary } }];
    const workers = createWorkers({ engines, size: 1 });
    const data = Uint8Array.from({ length: 3 * 32 * 32 }, (_, index) => index * 7 % 251);
    const lively = { data, height: 32, width: 32, channels: 3 };
    answers.push((await pooledModel(workers, reference).segment(lively)).probability);
    workers.close();
  }
  assert.deepEqual(answers[0], answers[1]);
});

Deno.test("createWorkers() refuses to be without an engine", () => {
  assert.throws(() => createWorkers({ engines: [], size: 1 }), RangeError);
});
