/** A cross-validation measured anew, and its figures in the card of a model of its kind. Real processes. */
import assert from "node:assert/strict";
import { mkdir, readFile, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { previewRun } from "../../../train/export/export_run.ts";
import { modelFiles, readModel, writeModel } from "../../../train/export/model_folder.ts";
import { readRun } from "../../../train/run/run_record.ts";
import { findTensorFlow } from "../../../train/engine/tensorflow/libraries.ts";
import { root, runCommand } from "../support/run_command.ts";
import { copySlices } from "../support/sample_copy.ts";
import { withFolder } from "../support/temporary_folder.ts";

const ignore = Deno.env.get("CI") !== "true" && !findTensorFlow();

const patients = {
  TCGA_CS_4943_20000902: [15, 16, 17],
  TCGA_DU_5855_19951217: [14, 15],
  TCGA_HT_7602_19951103: [8, 9],
};

/** A copy of the data that holds none but the patients that a run learned from. */
async function learnedAlone(run: string, data: string): Promise<string> {
  const { split } = await readRun(run), folder = `${data}-learned`;
  await mkdir(folder);
  for (const id of split.training) await symlink(join(data, id), join(folder, id));
  return folder;
}

Deno.test({
  name:
    "validate --folds measures each patient by the network it is new to, as crossvalidate did, and writes that into a card",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const data = join(folder, "data"), folds = join(folder, "folds");
      const model = join(folder, "model"), out = join(folder, "out");
      for (const [id, slices] of Object.entries(patients)) await copySlices(data, id, slices);
      const trained = await runCommand(
        ...["crossvalidate", "--data", data, "--out", folds, "--folds", "2"] as const,
        ...["--features", "4", "--depth", "2", "--convolutions", "separable", "--epochs", "12"],
        ...["--batch-size", "2", "--learning-rate", "3e-2", "--backend", "tensorflow"],
      );
      assert.equal(trained.code, 0, trained.stderr);
      await writeModel(model, await previewRun(join(folds, "fold-1")));

      const validate = (...args: string[]) =>
        runCommand("validate", "--folds", folds, "--data", data, ...args);
      const told = await validate("--model", model, "--card", "who they are", "--out", out);
      assert.equal(told.code, 0, told.stderr);
      assert.match(told.stdout, /3 patients of .*, each by the one network that had not learned/);
      const expected = JSON.parse(await readFile(join(folds, "evaluation.json"), "utf8"));
      const { evaluation } = (await readModel(model)).card, entry = evaluation.at(-1)!;
      assert.deepEqual([entry.patients, entry.ofOtherNetworks, entry.count], [
        "who they are",
        true,
        3,
      ]);
      assert.ok(expected.meanVolumeDice > 0.05, `${expected.meanVolumeDice}`);
      for (const { id, volumeDice } of expected.patients) {
        const found = entry.diceByPatient![id]!;
        assert.ok(Math.abs(found - volumeDice) < 2e-3, `${id}: ${found}, not ${volumeDice}`);
      }
      const page = JSON.parse(await readFile(join(out, "validation.json"), "utf8"));
      assert.equal(page.patients.length, 3);

      const floats = join(folds, "fold-1", "model", modelFiles.model),
        kept = await readFile(floats);
      const bits = ["--quantize", "int8"], eight = join(folder, "int8");
      const quantized = await runCommand(
        ...["export", "--run", join(folds, "fold-1"), "--out", eight, ...bits] as const,
      );
      assert.equal(quantized.code, 0, quantized.stderr);
      const inBits = await validate(...bits, "--model", eight, "--card", "who", "--out", out);
      assert.equal(inBits.code, 0, inBits.stderr);
      assert.match(
        inBits.stdout,
        /2 networks of a cross-validation in eight bits\. Measured on 3 /,
      );
      const model8 = await readModel(join(folds, "fold-1", "model-int8"));
      assert.equal(model8.card.precision, "int8");
      assert.deepEqual(model8.onnx, (await readModel(eight)).onnx);
      assert.deepEqual(await readFile(floats), kept, "that in floats stays");
      // Both commands fit a network to the patients that it learned from: without the others it comes out the same.
      const again = join(folder, "again"),
        learned = await learnedAlone(join(folds, "fold-1"), data);
      const { code, stderr } = await runCommand(
        ...["export", "--run", join(folds, "fold-1"), "--out", again, ...bits] as const,
        ...["--data", learned],
      );
      assert.equal(code, 0, stderr);
      assert.deepEqual((await readModel(again)).onnx, model8.onnx);
      const ofBits = (await readModel(eight)).card.evaluation.at(-1)!;
      assert.notDeepEqual(ofBits.diceByPatient, entry.diceByPatient);
      for (const [id, dice] of Object.entries(ofBits.diceByPatient!)) {
        assert.ok(Math.abs(dice! - entry.diceByPatient![id]!) < 0.05, `${id}: ${dice}`);
      }
      const written = JSON.parse(await readFile(join(out, "validation.json"), "utf8"));
      assert.equal(written.quantize, "int8");
      const mixed = await validate(...bits, "--model", model, "--card", "who they are");
      assert.match(mixed.stderr, /its precision must be "fp32": current value is "int8"/);
      const floatInto8 = await validate("--model", eight, "--card", "who");
      assert.match(floatInto8.stderr, /its precision must be "int8": current value is "fp32"/);

      const one = await validate("--patients", "TCGA_HT_7602_19951103");
      assert.match(one.stdout, /Measured on 1 patient of/);
      const unlike = join(root, "edge/models/reference");
      const refused = await validate("--model", unlike, "--card", "who they are");
      assert.match(refused.stderr, /card of reference as its architecture must be .*"depth":4/);
      const alone = await validate("--card", "who they are");
      assert.match(alone.stderr, /--folds goes with both --card and --model/);
      await rm(join(folds, "evaluation.json"));
      assert.match(
        (await validate()).stderr,
        /must be those of a finished deno task crossvalidate/,
      );
    }),
});

Deno.test("validate --quantize is refused where no networks are exported to be measured", async () => {
  const model = join(root, "edge/models/preview");
  const { code, stderr } = await runCommand(
    ...["validate", "--model", model, "--data", "train/sample", "--quantize", "int8"] as const,
  );
  assert.equal(code, 1);
  assert.match(
    stderr,
    /^error: Cannot validate as --quantize goes with --folds, .*--quantize int8/,
  );
});
