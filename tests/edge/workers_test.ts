import assert from "node:assert/strict";
import { createInlineWorker } from "../../shared/inference/inline_worker.ts";
import { createEngine } from "../../shared/inference/engine.ts";
import { type EngineChoice, suitsGpu } from "../../shared/inference/engine_choice.ts";
import { TimeLimitError } from "../../shared/inference/pool_error.ts";
import { pooledModel } from "../../shared/inference/worker_pool.ts";
import { createWorkers } from "../../shared/inference/workers.ts";
import { readReference } from "./support/files.ts";

const reference = await readReference();
const fakeWorker = new URL("./support/crashing_worker.ts", import.meta.url);
const slice = { data: new Uint8Array(6), height: 1, width: 2, channels: 3 };

/**
 * An engine that does nothing but start, with what each of its models begins with, and those it was told to load.
 *
 * @param slices What the slices begin with that it gets, one after the other. @default as they come
 */
function fakeEngine(
  name: string,
  first: (model: string) => number = () => 0,
  slices: readonly number[] = [],
) {
  const count = { started: 0, slices: 0 }, loaded: string[] = [];
  const createWorker = () => {
    count.started++;
    const worker = new Worker(fakeWorker, { type: "module" });
    const post = worker.postMessage.bind(worker);
    worker.postMessage = (message, transfer) => {
      if (message.kind !== "load") {
        const data = message.slice.data.slice();
        data[0] = slices[count.slices++] ?? data[0];
        return post({ ...message, slice: { ...message.slice, data } }, transfer as Transferable[]);
      }
      loaded.push(message.card.name);
      post({ ...message, model: new Uint8Array([first(message.card.name)]) });
    };
    return worker;
  };
  return { choice: { name, createWorker, settings: {} }, count, loaded };
}

for (const [how, first] of [["crashes", 1], ["fails to load a model", 2], ["hangs", 3]] as const) {
  Deno.test(`createWorkers() goes on with the next engine where the best one ${how}`, async () => {
    const best = fakeEngine("webgpu", () => first), next = fakeEngine("wasm");
    // Only the one that hangs is waited for no longer.
    const engines = [first === 3 ? { ...best.choice, loadLimit: 20 } : best.choice, next.choice];
    const workers = createWorkers({ engines, size: 1 });
    const model = pooledModel(workers, reference);
    assert.equal(workers.engineOf(reference.card), "webgpu");
    assert.deepEqual((await model.segment(slice)).mask.shape, [1, 2]);
    assert.equal(workers.engineOf(reference.card), "wasm");
    await model.segment(slice);
    assert.deepEqual([best.count.started, next.count.started], [1, 1]);
    workers.close();
  });
}

Deno.test("createWorkers() waits for a worker that has downloaded everything no longer than it may take to start", async () => {
  const start = async (first: number, limits: Pick<EngineChoice, "loadLimit" | "startLimit">) => {
    const hung = fakeEngine("threads", () => first), next = fakeEngine("wasm");
    const workers = createWorkers({
      engines: [{ ...hung.choice, ...limits }, next.choice],
      size: 1,
    });
    await pooledModel(workers, reference).segment(slice);
    workers.close();
    return [workers.engineOf(reference.card), next.count.started];
  };
  assert.deepEqual(await start(5, { loadLimit: Infinity, startLimit: 20 }), ["wasm", 1]);
  // One that downloads, and one whose start has no limit, have until the load limit.
  assert.deepEqual(await start(3, { loadLimit: 20, startLimit: Infinity }), ["wasm", 1]);
  assert.deepEqual(await start(5, { loadLimit: 20 }), ["wasm", 1]);
});

/** A model of this name, in floats or in eight bits. */
function modelOf(name: string, precision: "fp32" | "int8" = "fp32") {
  return { ...reference, card: { ...reference.card, name, precision } };
}

Deno.test("createWorkers() loads a model with its first slice, once a worker", async () => {
  const { choice, loaded } = fakeEngine("wasm");
  const workers = createWorkers({ engines: [choice], size: 1 });
  const models = ["first", "second"].map((name) => pooledModel(workers, modelOf(name)));
  for (const index of [0, 0, 1, 0, 1]) await models[index].segment(slice);
  assert.deepEqual(loaded, ["first", "second"]);
  workers.close();
});

Deno.test("createWorkers() gives each model the best engine that suits it, and no more to do at once than its size", async () => {
  const gpu = fakeEngine("webgpu"), wasm = fakeEngine("wasm");
  const engines = [{ ...gpu.choice, suits: suitsGpu }, wasm.choice];
  const workers = createWorkers({ engines, size: 1 });
  const files = [modelOf("floats"), modelOf("eight bits", "int8")];
  const [floats, eightBits] = files.map((model) => pooledModel(workers, model));
  const asked = [floats, eightBits, floats, eightBits, floats].map((model) => model.segment(slice));
  assert.deepEqual([workers.busy, workers.waiting], [1, 4]);
  await Promise.all(asked);
  assert.deepEqual(files.map(({ card }) => workers.engineOf(card)), ["webgpu", "wasm"]);
  assert.deepEqual([gpu.loaded, wasm.loaded], [["floats"], ["eight bits"]]);
  assert.deepEqual([gpu.count.started, wasm.count.started, workers.restarts], [1, 1, 0]);
  workers.close();
});

Deno.test("createWorkers() gives up an engine that loads nothing for all models, else for the one that fails", async () => {
  const hung = fakeEngine("webgpu", () => 3), wasm = fakeEngine("wasm");
  const picky = fakeEngine("webgpu", (model) => model === "bad" ? 2 : 0);
  const files = ["good", "bad", "other"].map((name) => modelOf(name));
  const segmentAll = async (engines: EngineChoice[]) => {
    const workers = createWorkers({ engines, size: 1 });
    for (const model of files) await pooledModel(workers, model).segment(slice);
    workers.close();
    return files.map(({ card }) => workers.engineOf(card));
  };
  // Only the one that hangs is waited for no longer.
  const given = await segmentAll([{ ...hung.choice, loadLimit: 20 }, wasm.choice]);
  assert.deepEqual(given, ["wasm", "wasm", "wasm"]);
  assert.deepEqual(hung.loaded, ["good"]);
  const kept = await segmentAll([picky.choice, wasm.choice]);
  assert.deepEqual(kept, ["webgpu", "wasm", "webgpu"]);
});

for (const [how, value] of [["crashes", 1], ["breaks", 6]] as const) {
  Deno.test(`createWorkers() has the next engine do what the best ${how} on; twice in a row, and it loses the model`, async () => {
    // It answers, fails, answers, fails twice.
    const gpu = fakeEngine("webgpu", undefined, [0, value, 0, value, value]);
    const wasm = fakeEngine("wasm");
    const workers = createWorkers({ engines: [gpu.choice, wasm.choice], size: 1 });
    const model = pooledModel(workers, reference);
    const seen = [];
    let begun = 0;
    for (let i = 0; i < 6; i++) {
      const data = Uint8Array.of(0, 1, 2, 3, 4, i);
      const { mask } = await model.segment({ ...slice, data }, { onStart: () => begun++ });
      assert.deepEqual(mask.shape, [1, 2]);
      seen.push([workers.engineOf(reference.card), gpu.count.slices, wasm.count.slices]);
    }
    assert.deepEqual(seen, [
      ["webgpu", 1, 0],
      ["webgpu", 2, 1],
      ["webgpu", 3, 1],
      ["webgpu", 4, 2],
      ["wasm", 5, 3],
      ["wasm", 5, 4],
    ]);
    assert.deepEqual([begun, workers.restarts, wasm.count.started], [6, 3, 1]);
    workers.close();
  });
}

Deno.test("createWorkers() rejects what breaks every engine, takes too long or is not wanted any more", async () => {
  const start = (slices: readonly number[], timeLimit?: number) => {
    const gpu = fakeEngine("webgpu", undefined, slices), wasm = fakeEngine("wasm");
    const workers = createWorkers({ engines: [gpu.choice, wasm.choice], size: 1, timeLimit });
    return { workers, model: pooledModel(workers, reference), wasm };
  };
  const everywhere = start([0, 6]);
  await everywhere.model.segment(slice);
  const bad = { ...slice, data: Uint8Array.of(6, 0, 0, 0, 0, 0) };
  await assert.rejects(everywhere.model.segment(bad), /device lost/);
  assert.equal(everywhere.wasm.count.slices, 1);
  // The slice's fault: the best engine still has the model.
  assert.equal(everywhere.workers.engineOf(reference.card), "webgpu");
  everywhere.workers.close();

  const slow = start([3], 20);
  await assert.rejects(slow.model.segment(slice), TimeLimitError);
  assert.deepEqual([slow.wasm.count.slices, slow.wasm.count.started], [0, 0]);
  slow.workers.close();

  const left = start([0, 6]);
  await left.model.segment(slice);
  const leaving = new AbortController();
  const asked = left.model.segment(slice, { signal: leaving.signal });
  leaving.abort(new Error("left"));
  await assert.rejects(asked, /left/);
  await left.model.segment(slice);
  assert.equal(left.wasm.count.started, 0);
  left.workers.close();
});

Deno.test("createWorkers() says what waits and what is worked on", async () => {
  const workers = createWorkers({ engines: [fakeEngine("wasm").choice], size: 2 });
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
    // For a machine that is busy with other things.
    const workers = createWorkers({ engines, size: 1, loadLimit: 300_000 });
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
