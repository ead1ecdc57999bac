/** Every engine gives the answers of WebAssembly. */

import "../train/support/vulkan_only.ts";
import "../train/support/tensorflow_first.ts";
import assert from "node:assert/strict";
import { chooseModels } from "../../edge/choose_models.ts";
import { chooseEngines, type EngineName } from "../../edge/engines.ts";
import { readModel } from "../../edge/model_files.ts";
import { createRegistry } from "../../edge/model_registry.ts";
import { createNativeEngine } from "../../edge/native/engine.ts";
import { isNativeInstalled } from "../../edge/native/installation.ts";
import { decodeImage } from "../../shared/image/decode.ts";
import { TimeLimitError } from "../../shared/inference/pool_error.ts";
import { tensorNames } from "../../shared/inference/tensor_names.ts";
import { type PooledModel, pooledModel } from "../../shared/inference/worker_pool.ts";
import { createWorkers } from "../../shared/inference/workers.ts";
import { OnnxGraph } from "../../train/export/onnx_graph.ts";
import { readSafetensors } from "../../train/storage/safetensors.ts";
import { withFolder } from "../train/support/temporary_folder.ts";
import { writeEightBits } from "./support/eight_bits.ts";
import { readBytes, readReference, root, slicePath } from "./support/files.ts";

const reference = await readReference();
const { tensors } = readSafetensors(await readBytes("tests/golden/forward.safetensors"));
const golden = [...tensors.keys()].find((name) => name.endsWith(".input"))!;

/** For a machine that is busy with other things. */
const loadLimit = 300_000;

async function openEngine(name: EngineName, timeLimit?: number) {
  const engines = await chooseEngines(name);
  const workers = createWorkers({ engines, size: 1, timeLimit, loadLimit });
  return { workers, model: pooledModel(workers, reference) };
}

/** The largest difference from PyTorch's probability in any pixel. */
async function worstError(model: PooledModel): Promise<number> {
  const input = tensors.get(golden)!.data as Float32Array;
  const expected = tensors.get(golden.replace(".input", ".probability"))!.data as Float32Array;
  const probability = await model.run(input, [1, 3, 256, 256]);
  return probability.reduce(
    (worst, value, index) => Math.max(worst, Math.abs(value - expected[index])),
    0,
  );
}

/** Whether anything answers to a request for a GPU, software as well. */
async function hasAdapter(): Promise<boolean> {
  return await navigator.gpu?.requestAdapter().then((adapter) => adapter !== null, () => false);
}

const missing: Partial<Record<EngineName, string>> = {
  ...(await isNativeInstalled() ? {} : { native: "run deno task setup:native first" }),
  ...(await hasAdapter() ? {} : { webgpu: "there is no adapter on this machine" }),
};

function testEngine(name: EngineName, criterion: string, fn: () => Promise<void>): void {
  const why = missing[name] ? ` (skipped: ${missing[name]})` : "";
  Deno.test({ name: `--engine ${name} ${criterion}${why}`, ignore: why !== "", fn });
}

for (const name of ["wasm", "native", "webgpu"] as const) {
  testEngine(name, "gives PyTorch's probabilities within 1e-4", async () => {
    const { workers, model } = await openEngine(name);
    assert.ok(await worstError(model) <= 1e-4);
    assert.equal(workers.engineOf(reference.card), name);
    workers.close();
  });
}

for (const name of ["native", "webgpu"] as const) {
  testEngine(name, "gives the mask of WebAssembly, of separable convolutions as well", async () => {
    const slice = await decodeImage(await readBytes(slicePath));
    const preview = await readModel(new URL("edge/models/preview/", root));
    const masks = [];
    for (const engine of [name, "wasm"] as const) {
      const { workers, model } = await openEngine(engine);
      for (const each of [model, pooledModel(workers, preview)]) {
        masks.push((await each.segment(slice)).mask);
      }
      workers.close();
    }
    assert.ok(masks.every(({ data }) => data.includes(1)));
    assert.deepEqual(masks.slice(0, 2), masks.slice(2));
  });
}

testEngine(
  "native",
  "gives probabilities from 0 to 1, where its library's sigmoid does not",
  async () => {
    const graph = new OnnxGraph(), axes = ["images", 1, "height", "width"];
    graph.node("Sigmoid", [tensorNames.input], tensorNames.output);
    const model = graph.encode(
      { name: tensorNames.input, axes },
      [{ name: tensorNames.output, axes }],
      { graphName: "sigmoid", producer: "test", metadata: {} },
    );
    const engine = await createNativeEngine({ model });
    // Every float from 16 to 18.
    const [first, last] = new Int32Array(Float32Array.of(16, 18).buffer);
    const bits = Int32Array.from({ length: last - first }, (_, index) => first + index);
    const input = new Float32Array(bits.buffer);
    for (const values of [input, input.map((value) => -value)]) {
      const probability = await engine.run(values, [1, 1, 1, values.length]);
      assert.deepEqual(
        probability.filter((value) => !(value >= 0 && value <= 1)),
        new Float32Array(),
      );
    }
    await engine.release();
  },
);

testEngine("native", "is ended in mid-run like any other, and replaced", async () => {
  const { workers, model } = await openEngine("native", 400);
  const large = { data: new Uint8Array(3 * 1024 ** 2), height: 1024, width: 1024, channels: 3 };
  const small = { data: new Uint8Array(3 * 64), height: 8, width: 8, channels: 3 };
  await model.segment(small);
  await assert.rejects(model.segment(large), (error) => error instanceof TimeLimitError);
  assert.deepEqual((await model.segment(small)).mask.shape, [8, 8]);
  assert.equal(workers.restarts, 1);
  workers.close();
});

testEngine("native", "gives PyTorch's probabilities on two threads", async () => {
  const workers = createWorkers({
    engines: await chooseEngines("native", { threads: 2 }),
    size: 1,
  });
  assert.ok(await worstError(pooledModel(workers, reference)) <= 1e-4);
  workers.close();
});

Deno.test("--engine auto always comes down to WebAssembly", async () => {
  const engines = await chooseEngines("auto");
  assert.equal(engines.at(-1)!.name, "wasm");
});

testEngine(
  "webgpu",
  "by auto runs models in floats, the default as well, and keeps those in eight bits off",
  async () => {
    // Software passes for a GPU here; all else is as on a machine that has one.
    const engines = await chooseEngines("auto", { findsGpu: () => Promise.resolve(true) });
    const workers = createWorkers({ engines, size: 1 });
    await withFolder(async (folder) => {
      await writeEightBits(folder);
      const choice = await chooseModels(new URL("edge/models/", root), folder);
      const models = await createRegistry({ ...choice, workers });
      const slice = await decodeImage(await readBytes(slicePath));
      const areas: Record<string, number> = {};
      for (const name of ["reference", "eight-bits", "preview", "reference"]) {
        const { mask } = await (await models.get(name)).segment(slice);
        areas[name] = mask.data.reduce((sum, pixel) => sum + pixel, 0);
      }
      assert.ok(Object.values(areas).every((area) => area > 2500), JSON.stringify(areas));
      assert.deepEqual(
        ["reference", "unet", "preview", "eight-bits"].map((name) => models.engineOf(name)),
        ["webgpu", "webgpu", "webgpu", "wasm"],
      );
    });
    workers.close();
  },
);
