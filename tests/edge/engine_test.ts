import assert from "node:assert/strict";
import { createEngine } from "../../shared/inference/engine.ts";
import { assertModelChecksum } from "../../shared/inference/model_checksum.ts";
import { tensorNames } from "../../shared/inference/tensor_names.ts";
import { OnnxGraph } from "../../train/export/onnx_graph.ts";
import { readSafetensors } from "../../train/storage/safetensors.ts";
import { readBytes, readReference } from "./support/files.ts";

const { model, card, wasmBinary } = await readReference();

Deno.test("createEngine() gives PyTorch's probabilities within 1e-4", async () => {
  const engine = await createEngine({ model, wasmBinary });
  const { tensors } = readSafetensors(await readBytes("tests/golden/forward.safetensors"));
  const patients = [...tensors.keys()].filter((name) => name.endsWith(".input"));
  assert.ok(patients.length >= 2);
  for (const name of patients) {
    const input = tensors.get(name)!.data as Float32Array;
    const expected = tensors.get(name.replace(".input", ".probability"))!.data as Float32Array;
    const probability = await engine.run(input, [1, 3, 256, 256]);
    const difference = probability.reduce(
      (worst, value, index) => Math.max(worst, Math.abs(value - expected[index])),
      0,
    );
    assert.ok(difference <= 1e-4, `${name}: off by ${difference}`);
  }
  await engine.release();
});

Deno.test("createEngine() takes several images of another size at once", async () => {
  const engine = await createEngine({ model, wasmBinary });
  const probability = await engine.run(new Float32Array(2 * 3 * 16 * 8), [2, 3, 16, 8]);
  assert.equal(probability.length, 2 * 16 * 8);
  assert.ok(probability.every((value) => value >= 0 && value <= 1));
  await engine.release();
});

Deno.test("createEngine() gives what a network's sigmoid rounded out of 0 to 1 as 0 and 1", async () => {
  const graph = new OnnxGraph(), { input, output } = tensorNames, axes = ["n", 1, "h", "w"];
  graph.node("Identity", [input], output);
  const model = graph.encode({ name: input, axes }, [{ name: output, axes }], {
    graphName: "identity",
    producer: "test",
    metadata: {},
  });
  const engine = await createEngine({ model, wasmBinary });
  const rounded = new Float32Array([1 + 2 ** -23, 1, 0.5, 0, -6e-8]);
  assert.deepEqual(await engine.run(rounded, [1, 1, 1, 5]), new Float32Array([1, 1, 0.5, 0, 0]));
  await engine.release();
});

Deno.test("createEngine() refuses input that does not fill its shape", async () => {
  const engine = await createEngine({ model, wasmBinary });
  await assert.rejects(engine.run(new Float32Array(5), [1, 3, 8, 8]), /5/);
  await engine.release();
});

Deno.test("createEngine() rejects what is no model", async () => {
  await assert.rejects(createEngine({ model: new Uint8Array(10), wasmBinary }));
});

Deno.test("assertModelChecksum() accepts the shipped model", async () => {
  await assertModelChecksum(card, model);
});

Deno.test("assertModelChecksum() names a model that is not the one of its card", async () => {
  const changed = model.slice();
  changed[changed.length >> 1] ^= 1;
  await assert.rejects(
    assertModelChecksum(card, changed),
    /Cannot use the model reference 1\.0\.0 as the SHA-256 of model\.onnx must be [0-9a-f]{64}: current/,
  );
  await assert.rejects(assertModelChecksum({ ...card, sha256: {} }, model), /must be in its card/);
});
