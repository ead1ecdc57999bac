/** On a machine without TensorFlow, training and export do all that they do with it, only slower. */
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseModelCard } from "../../../shared/parse_model_card.ts";
import { findTensorFlow, libraryVariable } from "../../../train/engine/tensorflow/libraries.ts";
import { type EpochMetrics, runFiles } from "../../../train/run/run_folder.ts";
import { testBackends } from "../support/backends.ts";
import { commandEnvironment, root } from "../support/run_command.ts";
import { copySlices } from "../support/sample_copy.ts";
import { withFolder } from "../support/temporary_folder.ts";

/** Small, and with all that the quick start has: its recipe, workers, augmentation, averaged weights. */
const options = [
  ...["--recipe", "preview", "--epochs", "2", "--features", "4", "--depth", "3"],
  ...["--batch-size", "2", "--validation", "0.5", "--downsampling", "4", "--no-cache"],
];

async function run(command: string, args: readonly string[], libraries?: string): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", `train/commands/${command}.ts`, ...args],
    cwd: root,
    env: { ...commandEnvironment, ...(libraries ? { [libraryVariable]: libraries } : {}) },
  }).output();
  const text = new TextDecoder();
  assert.equal(code, 0, text.decode(stderr));
  return text.decode(stdout);
}

async function epochsOf(folder: string): Promise<readonly EpochMetrics[]> {
  return JSON.parse(await readFile(join(folder, runFiles.metrics), "utf8")).epochs;
}

/** Real slices of two patients. */
async function makeData(folder: string): Promise<string> {
  const data = join(folder, "data");
  await copySlices(data, "TCGA_CS_4943_20000902", [14, 15, 16, 17]);
  await copySlices(data, "TCGA_HT_7602_19951103", [8, 9, 10]);
  return data;
}

/** Trains the same with TensorFlow, where it is there, and holds the losses against each other. */
async function assertAsTensorFlow(found: string, data: string): Promise<void> {
  const epochs = await epochsOf(found);
  assert.equal(epochs.length, 2);
  if (!findTensorFlow()) return console.log("There is no TensorFlow to compare with");
  const usual = `${found}-tensorflow`;
  await run("train", ["--data", data, "--out", usual, ...options, "--backend", "tensorflow"]);
  for (const [index, expected] of (await epochsOf(usual)).entries()) {
    for (const loss of ["trainingLoss", "validationLoss"] as const) {
      const apart = Math.abs(epochs[index][loss]! - expected[loss]!);
      assert.ok(apart < 1e-3, `${loss} of epoch ${index + 1} is off by ${apart}`);
    }
  }
}

/** Trains and exports where there is no TensorFlow; gives what training said. */
async function trainAndExport(data: string, out: string, ...args: string[]): Promise<string> {
  const model = `${out}-model`, none = data;
  const said = await run("train", ["--data", data, "--out", out, ...options, ...args], none);
  await run("export", ["--run", out, "--out", model], none);
  const card = parseModelCard(await readFile(join(model, "card.json"), "utf8"));
  assert.equal(card.input.downsampling, 4);
  return said;
}

Deno.test("train and export without TensorFlow: the losses that TensorFlow has, and a model", () =>
  withFolder(async (folder) => {
    const data = await makeData(folder), out = join(folder, "out");
    assert.match(
      await trainAndExport(data, out),
      /^Training on Web(Assembly|GPU) .*TensorFlow is not in .*, which GLIOMAP_TENSORFLOW names/m,
    );
    await assertAsTensorFlow(out, data);
  }));

testBackends(
  "train on the backend asked for: the losses that TensorFlow has, and a model",
  () =>
    withFolder(async (folder) => {
      const data = await makeData(folder), out = join(folder, "out");
      const said = await trainAndExport(data, out, "--backend", "webgpu");
      assert.match(said, /^Training on WebGPU on .*: asked for$/m);
      await assertAsTensorFlow(out, data);
    }),
  ["webgpu"],
);

Deno.test("train goes on without a TensorFlow that does not open, and says why; asked for, it refuses", () =>
  withFolder(async (folder) => {
    const data = join(folder, "data");
    await copySlices(data, "TCGA_CS_4943_20000902", [14]);
    await copySlices(data, "TCGA_HT_7602_19951103", [9]);
    for (const name of ["framework", "cc"]) {
      await writeFile(join(folder, `libtensorflow_${name}.so.2`), "cut short by a full disk");
    }
    const train = ["--data", data, ...options, "--epochs", "1"];
    const said = await run("train", [...train, "--out", join(folder, "auto")], folder);
    assert.match(
      said,
      /^Training on Web(Assembly|GPU) .*; Cannot use TensorFlow as .* must open: /m,
    );
    const asked = [...train, "--out", join(folder, "asked"), "--backend", "tensorflow"];
    await assert.rejects(
      run("train", asked, folder),
      /error: Cannot use TensorFlow as .* must open: .*framework/,
    );
  }));
