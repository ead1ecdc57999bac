/** The reference network in eight bits, on real patients. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import proto from "onnx-proto";
import { addCounts, confusionCounts } from "../../../../shared/confusion.ts";
import { diceFromCounts } from "../../../../shared/dice.ts";
import { createEngine } from "../../../../shared/inference/engine.ts";
import { segmentSlice } from "../../../../shared/inference/segment_slice.ts";
import { sequences } from "../../../../shared/sequence.ts";
import { sliceOf } from "../../../../shared/volume.ts";
import { readDataset } from "../../../../train/data/dataset.ts";
import { maskOfSlice, preparePatient } from "../../../../train/data/prepared_patient.ts";
import { exportModel } from "../../../../train/export/build_model.ts";
import { exportOnnx } from "../../../../train/export/export_onnx.ts";
import { importWeights } from "../../../../train/export/import_weights.ts";
import { type Model, readModel } from "../../../../train/export/model_folder.ts";
import { readRuntimeWasm } from "../../../../train/export/onnx_runtime.ts";
import { activationRanges } from "../../../../train/export/quantize/activation_range.ts";
import { calibrationImages } from "../../../../train/export/quantize/calibration_images.ts";
import { exportInt8 } from "../../../../train/export/quantize/export_int8.ts";
import { quantizeModel } from "../../../../train/export/quantize/quantize_model.ts";
import { volumeScaling } from "../../../../shared/scaling.ts";
import { separableSteps } from "../../support/golden_steps.ts";

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const network = importWeights(await readFile(`${root}tests/golden/seed_unet.safetensors`));
const { card } = await readModel(`${root}edge/models/reference`);
const description = { ...card, sequences };
const float = exportModel(network, description);
const calibrated = "TCGA_CS_4943_20000902", measured = "TCGA_HT_7602_19951103";

/** Volume Dice of every other slice of a patient. */
async function diceOf({ onnx, card }: Model, id: string): Promise<number> {
  const patient = (await readDataset(`${root}train/sample`)).find((patient) => patient.id === id)!;
  const { volume } = patient, scaling = volumeScaling(volume, card.preprocessing);
  const prepared = preparePatient(patient, sequences, card.preprocessing);
  const engine = await createEngine({ model: onnx, wasmBinary: await readRuntimeWasm() });
  const counts = [];
  for (let index = 1; index < volume.slices; index += 2) {
    const { mask } = await segmentSlice(engine, card, sliceOf(volume, index), scaling);
    const reference = { data: maskOfSlice(prepared, index), shape: mask.shape };
    counts.push(confusionCounts(mask, reference));
  }
  await engine.release();
  return diceFromCounts(counts.reduce(addCounts));
}

const images = await calibrationImages(`${root}train/sample`, [calibrated], {
  sequences,
  preprocessing: card.preprocessing,
  downsampling: 1,
  architecture: network.architecture,
});

Deno.test("quantizeModel keeps the Dice of a patient it was not calibrated on within 0.005, in a third of the size", async () => {
  const quantized = await quantizeModel(network, description, float, images);
  assert.equal(quantized.card.precision, "int8");
  assert.ok(quantized.onnx.length < float.onnx.length / 3, `${quantized.onnx.length} bytes`);
  const [before, after] = [await diceOf(float, measured), await diceOf(quantized, measured)];
  assert.ok(before > 0.8, `there is something to lose: Dice ${before}`);
  assert.ok(Math.abs(before - after) <= 0.005, `Dice ${after} instead of ${before}`);
});

Deno.test("activationRanges knows every activation, holds zero, and none of a ReLU is below it", async () => {
  const ranges = await activationRanges(network.architecture, network.weights, images.slice(0, 1));
  assert.equal(ranges.size, 1 + 14 + 3);
  for (const [name, { low, high }] of ranges) {
    assert.ok(low <= 0 && high > 0, name);
    if (name.includes("relu")) assert.equal(low, 0, name);
  }
});

Deno.test("a separable network in eight bits gives nearly its probabilities, and its kernels by channel are of eight bits too", async () => {
  const { architecture } = separableSteps, weights = separableSteps.stateDict("start.");
  const ranges = await activationRanges(architecture, weights, images);
  assert.ok(ranges.get("layers.2.conv1.depthwise")!.low < 0, "no ReLU is behind it");
  const wasmBinary = await readRuntimeWasm();
  const models = [
    exportOnnx(architecture, weights, description),
    exportInt8(architecture, weights, ranges, description),
  ];
  const { graph } = proto.onnx.ModelProto.decode(models[1]);
  const operators = graph!.node!.filter(({ opType }) => /Conv/.test(opType!));
  // All but the last are in eight bits: one plain one, nine in two halves, two upsamplings.
  assert.deepEqual(operators.map(({ opType }) => opType), [
    ...Array(21).fill("QLinearConv"),
    "Conv",
  ]);
  const engines = await Promise.all(models.map((model) => createEngine({ model, wasmBinary })));
  const [float, int8] = await Promise.all(
    engines.map((engine) => engine.run(images[0].data, images[0].shape)),
  );
  const off = int8.reduce((sum, value, index) => sum + Math.abs(value - float[index]), 0);
  const spread = Math.max(...float) - Math.min(...float);
  assert.ok(off / float.length < 0.01 * spread, `${off / float.length} off, of ${spread}`);
  for (const engine of engines) await engine.release();
});

Deno.test("quantizeModel refuses a network whose outlines 8 bits do not keep", async () => {
  const wild = new Map([...network.weights].map(([name, tensor]) => {
    if (name !== "layers.12.bn2.weight") return [name, tensor];
    // One channel a thousand times as large as the others takes all eight bits.
    return [name, { ...tensor, data: tensor.data.map((v, i) => i === 0 ? v * 1e4 : v) }];
  }));
  const model = exportModel({ ...network, weights: wild }, description);
  await assert.rejects(
    quantizeModel({ ...network, weights: wild }, description, model, images),
    { name: "SelfCheckError", message: /must have a Dice of 0\.97 against those in floats: it is/ },
  );
});

Deno.test("calibrationImages takes two slices of each patient as the network sees them, and refuses none", async () => {
  assert.deepEqual(images.map(({ shape }) => shape), [[1, 3, 256, 256], [1, 3, 256, 256]]);
  const settings = {
    sequences: ["FLAIR"] as const,
    preprocessing: card.preprocessing,
    downsampling: 2,
    architecture: network.architecture,
  };
  const [half] = await calibrationImages(`${root}train/sample`, [measured], settings);
  assert.deepEqual(half.shape, [1, 1, 128, 128]);
  await assert.rejects(
    calibrationImages(`${root}train/sample`, ["nobody"], settings),
    /must hold patients that it was trained on: it holds none of nobody/,
  );
});
