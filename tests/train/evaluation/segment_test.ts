/** Segmenting from the command line: the files that other people's scripts read. */
import assert from "node:assert/strict";
import { copyFile, cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { decodeImage, decodeMask } from "../../../shared/image/decode.ts";
import { createEngine } from "../../../shared/inference/engine.ts";
import { segmentSlice } from "../../../shared/inference/segment_slice.ts";
import { volumeScaling } from "../../../shared/scaling.ts";
import { sliceOf } from "../../../shared/volume.ts";
import { findPatients, readPatient } from "../../../train/data/dataset.ts";
import { readModel } from "../../../train/export/model_folder.ts";
import { readRuntimeWasm } from "../../../train/export/onnx_runtime.ts";
import { root, runCommand } from "../support/run_command.ts";
import { copySlices } from "../support/sample_copy.ts";
import { withFolder } from "../support/temporary_folder.ts";

const modelFolder = join(root, "edge/models/reference");
const patient = "TCGA_CS_4943_20000902", other = "TCGA_HT_7602_19951103";

async function segment(out: string, ...inputs: string[]) {
  return await runCommand("segment", "--model", modelFolder, ...inputs, "--out", out);
}

async function readMask(path: string) {
  return await decodeMask(await readFile(path));
}

Deno.test("segment writes a mask and an overlay for every slice of every patient", async () => {
  await withFolder(async (folder) => {
    const data = join(folder, "data"), out = join(folder, "out");
    await copySlices(data, patient, [9, 10, 17]);
    const unlabelled = await copySlices(data, other, [9]);
    await rm(join(unlabelled, `${other}_9_mask.tif`));
    const { code, stdout, stderr } = await segment(out, data);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /4 slices segmented .*\n.*not for clinical use/);

    const names = [9, 10, 17].map((number) => `${patient}_${number}`);
    assert.deepEqual((await readdir(out)).sort(), [patient, other]);
    const written = (await readdir(join(out, patient))).sort();
    assert.deepEqual(written, [...names.map((name) => `${name}_mask.png`), "overlays"].sort());
    const overlays = (await readdir(join(out, patient, "overlays"))).sort();
    assert.deepEqual(overlays, names.map((name) => `${name}.png`).sort());

    const mask = await decodeImage(await readFile(join(out, other, `${other}_9_mask.png`)));
    assert.deepEqual([mask.height, mask.width, mask.channels], [256, 256, 1]);
    assert.deepEqual([...new Set(mask.data)].sort(), [0, 255]);
    const overlay = await decodeImage(
      await readFile(join(out, other, "overlays", `${other}_9.png`)),
    );
    assert.deepEqual([overlay.height, overlay.width, overlay.channels], [256, 256, 3]);
  });
});

Deno.test("segment scales a patient by the whole volume, a lone slice by itself", async () => {
  await withFolder(async (folder) => {
    const data = join(folder, "data"), name = `${patient}_17`;
    const slices = await copySlices(data, patient, [1, 17]);
    const volumeOut = join(folder, "volume"), loneOut = join(folder, "lone");
    assert.equal((await segment(volumeOut, slices)).code, 0);
    assert.equal((await segment(loneOut, join(slices, `${name}.tif`))).code, 0);

    const { card, onnx } = await readModel(modelFolder);
    const engine = await createEngine({ model: onnx, wasmBinary: await readRuntimeWasm() });
    const { volume } = await readPatient((await findPatients(data))[0]);
    const slice = sliceOf(volume, 1);
    const byVolume = await segmentSlice(engine, card, slice, volumeScaling(volume));
    const byItself = await segmentSlice(engine, card, slice);
    await engine.release();
    assert.notDeepEqual(byVolume.mask.data, byItself.mask.data);
    assert.deepEqual(await readMask(join(volumeOut, patient, `${name}_mask.png`)), byVolume.mask);
    assert.deepEqual(await readMask(join(loneOut, patient, `${name}_mask.png`)), byItself.mask);
  });
});

Deno.test("segment takes a lone PNG of any size and keeps it", async () => {
  await withFolder(async (folder) => {
    const input = join(folder, "crop.png"), out = join(folder, "out");
    await copyFile(join(root, "tests/fixtures/crop.png"), input);
    const { code, stderr } = await segment(out, input);
    assert.equal(code, 0, stderr);
    const { height, width } = await decodeImage(await readFile(input));
    const mask = await readMask(join(out, "crop", "crop_mask.png"));
    assert.deepEqual(mask.shape, [height, width]);
  });
});

Deno.test("segment and evaluate take a model by its file as by its folder", async () => {
  await withFolder(async (folder) => {
    const data = join(folder, "data"), file = join(modelFolder, "model.onnx");
    const slices = await copySlices(data, patient, [17]);
    const masks = await Promise.all(["folder", "file"].map(async (name) => {
      const model = name === "file" ? file : modelFolder, out = join(folder, name);
      const { code, stderr } = await runCommand("segment", "--model", model, slices, "--out", out);
      assert.equal(code, 0, stderr);
      return await readMask(join(out, patient, `${patient}_17_mask.png`));
    }));
    assert.ok(masks[0].data.includes(1));
    assert.deepEqual(masks[1], masks[0]);
    const { code, stderr } = await runCommand("evaluate", "--model", file, "--data", data);
    assert.equal(code, 0, stderr);
  });
});

Deno.test("segment says in one line which input is wrong", async () => {
  await withFolder(async (folder) => {
    const slices = await copySlices(folder, patient, [9]);
    const image = join(slices, `${patient}_9.tif`), mask = join(slices, `${patient}_9_mask.tif`);
    const gray = join(folder, "gray.tif"), broken = join(folder, "broken.tif");
    await copyFile(mask, gray);
    await writeFile(broken, "no image");
    const cases: [inputs: string[], message: RegExp][] = [
      [[join(folder, "nowhere")], /nowhere as it must exist/],
      [[mask], /_9_mask\.tif as it must be an image: its name is a mask's/],
      [[image, slices], /_9 as each input must have its own name: it is given twice/],
      [[gray], /gray\.tif: Cannot select .* current value is 1 channel/],
      [[broken], /broken\.tif: Cannot/],
      [[], /missing required argument 'input'/],
    ];
    for (const [inputs, message] of cases) {
      const { code, stdout, stderr } = await segment(join(folder, "out"), ...inputs);
      assert.equal(code, 1);
      assert.equal(stdout, "");
      assert.match(stderr, /^error: [^\n]+\n$/);
      assert.match(stderr, message);
    }
  });
});

Deno.test("segment and evaluate refuse a model that is not its card's", async () => {
  await withFolder(async (folder) => {
    const model = join(folder, "model");
    await cp(modelFolder, model, { recursive: true });
    const onnx = await readFile(join(model, "model.onnx"));
    onnx[1000] ^= 1;
    await writeFile(join(model, "model.onnx"), onnx);
    const sample = join(root, "train/sample");
    for (
      const [command, ...args] of [
        ["segment", sample, "--out", folder],
        ["evaluate", "--data", sample],
      ]
    ) {
      const { code, stderr } = await runCommand(command, "--model", model, ...args);
      assert.equal(code, 1);
      assert.match(stderr, /^error: [^\n]*SHA-256 of model\.onnx must be[^\n]*\n$/);
    }
  });
});
