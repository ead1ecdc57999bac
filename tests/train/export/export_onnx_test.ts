/** Exported models: every depth and feature count computes what the network does, on ONNX Runtime Web. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import proto from "onnx-proto";
import { createEngine } from "../../../shared/inference/engine.ts";
import { referencePreprocessing } from "../../../shared/scaling.ts";
import { sequences } from "../../../shared/sequence.ts";
import { sizeOf } from "../../../shared/volume.ts";
import { openBackend } from "../../../train/engine/backend.ts";
import { checkImages } from "../../../train/export/check_images.ts";
import { exportOnnx } from "../../../train/export/export_onnx.ts";
import { networkPrediction } from "../../../train/network/network_prediction.ts";
import { readRuntimeWasm } from "../../../train/export/onnx_runtime.ts";
import { seededRandom } from "../../../train/data/random.ts";
import { readSafetensors } from "../../../train/storage/safetensors.ts";
import { exportTolerance, selfCheck } from "../../../train/export/self_check.ts";
import type { StateDict } from "../../../train/network/state_dict.ts";
import { type UNetArchitecture, unetWeights } from "../../../train/network/unet_architecture.ts";

const metadata = {
  preprocessing: referencePreprocessing,
  threshold: 0.5,
  licence: "CC BY-NC-SA 4.0",
};

/** Weights with which every layer, and every statistic of a batch normalisation, has a say. */
function randomWeights(architecture: UNetArchitecture, seed: number): StateDict {
  const random = seededRandom(seed);
  const weights: StateDict = new Map();
  for (const { name, shape } of unetWeights(architecture)) {
    const inputs = sizeOf(shape.slice(1));
    const value = name.endsWith("running_var") || /bn\d\.weight$/.test(name)
      ? () => 0.5 + random.fraction()
      : () => (random.fraction() - 0.5) * 2 * Math.sqrt(3 / inputs);
    weights.set(name, { shape, data: Float32Array.from({ length: sizeOf(shape) }, value) });
  }
  return weights;
}

type Features = number | readonly number[];

function build(depth: number, features: Features, names: readonly string[], separable = false) {
  const architecture = {
    ...{ inputChannels: names.length, outputChannels: 1, features, depth },
    ...(separable && { separable }),
  };
  const weights = randomWeights(architecture, depth);
  const onnx = exportOnnx(architecture, weights, { ...metadata, sequences: names });
  return { architecture, weights, onnx };
}

type Case = [depth: number, features: Features, names: readonly string[], separable?: boolean];

const cases: Case[] = [
  [2, 5, sequences],
  [3, 3, ["FLAIR"]],
  [4, 8, sequences],
  [5, 7, ["post-contrast"]],
  [6, 4, sequences],
  [7, 3, ["FLAIR"]],
  [4, [3, 5, 2, 6], sequences],
  [2, 5, ["FLAIR"], true],
  [4, [3, 5, 2, 6], sequences, true],
];

for (const [depth, features, names, separable] of cases) {
  const kind = separable ? " separable" : "";
  Deno.test({
    name:
      `exportOnnx of depth ${depth}, ${features}${kind} features and ${names.length} channels ` +
      "gives the network's probabilities",
    // The engine keeps its threads for the life of the process.
    sanitizeResources: false,
    sanitizeOps: false,
    async fn() {
      const { kernels } = await openBackend("auto");
      const { architecture, weights, onnx } = build(depth, features, names, separable);
      const predict = networkPrediction(architecture, weights, kernels);
      const images = await checkImages(names, referencePreprocessing);
      let spread = 0;
      const difference = await selfCheck(onnx, images, async (image, shape) => {
        const probability = await predict(image, shape);
        const sorted = probability.toSorted();
        spread = Math.max(spread, sorted.at(-1)! - sorted[0]);
        return probability;
      });
      assert.ok(difference <= exportTolerance);
      assert.ok(
        spread > 0.05,
        `the probabilities must differ to show an error: they span ${spread}`,
      );
    },
  });
}

Deno.test("selfCheck fails, naming the difference, when a weight of the export is off", async () => {
  const { architecture, weights, onnx } = build(2, 2, ["FLAIR"]);
  const images = await checkImages(["FLAIR"], referencePreprocessing);
  const engine = await createEngine({ model: onnx, wasmBinary: await readRuntimeWasm() });
  const bias = weights.get("layers.5.bias")!;
  const off = new Map([...weights, ["layers.5.bias", {
    ...bias,
    data: bias.data.map((b) => b + 0.01),
  }]]);
  const wrong = exportOnnx(architecture, off, { ...metadata, sequences: ["FLAIR"] });
  await assert.rejects(selfCheck(wrong, images, engine.run), {
    name: "SelfCheckError",
    message: /must be within 0\.0001 of the network's: the difference is 0\.00\d+/,
  });
  await assert.rejects(
    selfCheck(wrong, images, async (image, shape) => (await engine.run(image, shape)).fill(NaN)),
    /the difference is NaN/,
  );
  await assert.rejects(
    selfCheck(wrong, images, () => Promise.resolve(new Float32Array(3))),
    /must give 3 probabilities/,
  );
  await engine.release();
});

Deno.test("exportOnnx of the reference weights gives PyTorch's probabilities", async () => {
  const golden = await readFile(new URL("../../golden/forward.safetensors", import.meta.url));
  const { tensors } = readSafetensors(golden);
  const model = await readFile(
    new URL("../../../edge/models/reference/model.onnx", import.meta.url),
  );
  const engine = await createEngine({ model, wasmBinary: await readRuntimeWasm() });
  const inputs = [...tensors].filter(([name]) => name.endsWith(".input"));
  assert.ok(inputs.length > 0);
  for (const [name, { data }] of inputs) {
    const actual = await engine.run(data as Float32Array, [1, 3, 256, 256]);
    const expected = tensors.get(name.replace(".input", ".probability"))!.data as Float32Array;
    const largest = actual.reduce((most, p, i) => Math.max(most, Math.abs(p - expected[i])), 0);
    assert.ok(largest < 1e-4, `${name}: ${largest}`);
  }
  await engine.release();
});

Deno.test("exportOnnx writes operator set 17, free axes, and what the model needs to know", () => {
  const { onnx } = build(3, 2, ["FLAIR"]);
  const model = proto.onnx.ModelProto.decode(onnx);
  assert.equal(Number(model.opsetImport[0].version), 17);
  const [input] = model.graph!.input!, [output] = model.graph!.output!;
  const axes = (value: typeof input) =>
    value.type!.tensorType!.shape!.dim!.map(({ dimParam, dimValue }) =>
      dimParam || Number(dimValue)
    );
  assert.deepEqual([input.name, axes(input)], ["image", ["batch", 1, "height", "width"]]);
  assert.deepEqual([output.name, axes(output)], ["probability", ["batch", 1, "height", "width"]]);
  assert.deepEqual(Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value])), {
    architecture: '{"kind":"unet","inputChannels":1,"outputChannels":1,"features":2,"depth":3}',
    preprocessing: '{"method":"percentile","low":10,"high":99}',
    sequences: '["FLAIR"]',
    threshold: "0.5",
    licence: "CC BY-NC-SA 4.0",
  });
  const operators = new Set(model.graph!.node!.map(({ opType }) => opType));
  assert.ok(!operators.has("BatchNormalization"));
});

const architecture = { inputChannels: 1, outputChannels: 1, features: 2, depth: 2 };

const refused: [name: string, change: (weights: StateDict) => void, message: RegExp][] = [
  [
    "a missing weight",
    (weights) => weights.delete("layers.0.bn1.running_mean"),
    /layers\.0\.bn1\.running_mean \[2\] is missing/,
  ],
  [
    "a weight of another shape",
    (weights) => weights.set("layers.5.bias", { shape: [2], data: new Float32Array(2) }),
    /layers\.5\.bias must have shape \[1\]: it has \[2\]/,
  ],
  [
    "a weight of another network",
    (weights) => weights.set("layers.9.bias", { shape: [1], data: new Float32Array(1) }),
    /layers\.9\.bias is not part of this network/,
  ],
  [
    "a weight that is infinite",
    (weights) => weights.set("layers.5.bias", { shape: [1], data: new Float32Array([Infinity]) }),
    /layers\.5\.bias must be finite/,
  ],
];

for (const [name, change, message] of refused) {
  Deno.test(`exportOnnx refuses ${name}`, () => {
    const weights = randomWeights(architecture, 1);
    change(weights);
    assert.throws(
      () => exportOnnx(architecture, weights, { ...metadata, sequences: ["FLAIR"] }),
      { name: "TypeError", message },
    );
  });
}

Deno.test("exportOnnx refuses a depth that no U-Net of ours has", () => {
  assert.throws(
    () => exportOnnx({ ...architecture, depth: 8 }, new Map(), { ...metadata, sequences: [] }),
    /depth must be a whole number from 2 to 7: current value is 8/,
  );
});
