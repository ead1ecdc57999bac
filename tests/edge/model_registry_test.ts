import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { chooseModels } from "../../edge/choose_models.ts";
import { createRegistry } from "../../edge/model_registry.ts";
import { createWorkers } from "../../shared/inference/workers.ts";
import { readReference, root } from "./support/files.ts";

const shipped = new URL("edge/models/", root);
const { wasmBinary } = await readReference();
const slice = { data: new Uint8Array(3 * 64 * 64), height: 64, width: 64, channels: 3 };

function createReal() {
  const worker = new URL("shared/inference/worker.ts", root);
  const createWorker = () => new Worker(worker, { type: "module" });
  const engines = [{ name: "wasm", createWorker, settings: { wasmBinary } }];
  return createWorkers({ engines, size: 1 });
}

/** A folder of models in which the first has another network than its card says. */
async function withWrongModel(work: (folder: URL) => Promise<void>): Promise<void> {
  const path = await Deno.makeTempDir();
  const folder = pathToFileURL(`${path}/`);
  try {
    await Deno.mkdir(new URL("wrong/", folder));
    const card = new URL("reference/card.json", shipped);
    await Deno.copyFile(card, new URL("wrong/card.json", folder));
    await Deno.writeFile(new URL("wrong/model.onnx", folder), new Uint8Array([1]));
    await work(folder);
  } finally {
    await Deno.remove(path, { recursive: true });
  }
}

Deno.test("createRegistry() serves every shipped model from the same worker", async () => {
  const workers = createReal();
  const choice = await chooseModels(shipped, "reference");
  const models = await createRegistry({ ...choice, workers });
  assert.ok(models.cards.length >= 2);
  assert.equal(models.cards[0].name, "reference");
  for (const { name } of models.cards) {
    assert.equal(models.isReady(name), false);
    const model = await models.get(name);
    assert.equal(await models.get(name), model);
    assert.deepEqual((await model.segment(slice)).mask.shape, [64, 64]);
    assert.equal(models.isReady(name), true);
  }
  workers.close();
});

Deno.test("createRegistry() refuses a model that is not the one of its card, when it is asked for", async () => {
  await withWrongModel(async (folder) => {
    const workers = createReal();
    const choice = await chooseModels(folder, "reference");
    const models = await createRegistry({ ...choice, workers });
    for (let attempt = 0; attempt < 2; attempt++) {
      await assert.rejects(models.get(), /Cannot use the model reference 1\.0\.0 as the SHA-256/);
    }
    workers.close();
  });
});

Deno.test("createRegistry() tries a model again that could not be read before", async () => {
  await withWrongModel(async (folder) => {
    const workers = createReal();
    const models = await createRegistry({ ...await chooseModels(folder, "reference"), workers });
    await assert.rejects(models.get(), /SHA-256/);
    const whole = new URL("reference/model.onnx", shipped);
    await Deno.copyFile(whole, new URL("wrong/model.onnx", folder));
    assert.deepEqual((await (await models.get()).segment(slice)).mask.shape, [64, 64]);
    workers.close();
  });
});

Deno.test("createRegistry() refuses two models of one name", async () => {
  const workers = createReal();
  const folders = [new URL("reference/", shipped), new URL("reference/", shipped)];
  await assert.rejects(
    createRegistry({ folders, defaultName: "reference", workers }),
    /two are called reference/,
  );
  workers.close();
});

Deno.test("chooseModels() takes a model's folder, or file, in the place of the shipped one of its name", async () => {
  await withWrongModel(async (folder) => {
    const own = new URL("wrong/", folder);
    for (const { pathname } of [own, new URL("model.onnx", own)]) {
      const choice = await chooseModels(shipped, pathname);
      assert.equal(choice.defaultName, "reference");
      assert.equal(choice.defaultFolder.href, own.href);
      assert.ok(choice.folders.some(({ href }) => href === own.href));
      const inPlace = new URL("reference/", shipped).href;
      assert.ok(!choice.folders.some(({ href }) => href === inPlace));
    }
  });
});

Deno.test("chooseModels() names the models there are", async () => {
  await assert.rejects(chooseModels(shipped, "third"), /must be one of .*reference.*"third"/);
});
