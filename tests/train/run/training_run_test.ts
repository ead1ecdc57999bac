/** A whole run through the command line, on a fold of the patients: what training measured is what the exported model does. */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseModelCard } from "../../../shared/parse_model_card.ts";
import { foldOf } from "../../../train/data/folds.ts";
import type { RunMetrics, RunSplit } from "../../../train/run/run_folder.ts";
import { findTensorFlow } from "../../../train/engine/tensorflow/libraries.ts";
import { runCommand } from "../support/run_command.ts";
import { copySlices } from "../support/sample_copy.ts";
import { withFolder } from "../support/temporary_folder.ts";

const ignore = Deno.env.get("CI") !== "true" && !findTensorFlow();

async function makeData(folder: string): Promise<string> {
  const data = join(folder, "data");
  await copySlices(data, "TCGA_CS_4943_20000902", [14, 15, 16, 17, 18]);
  await copySlices(data, "TCGA_HT_7602_19951103", [8, 9, 10, 11]);
  return data;
}

async function readJson<T>(path: string): Promise<T> {
  return JSON.parse(await readFile(path, "utf8"));
}

/** Everything that is done to a slice before and after the network, and not as the reference method does it. */
const unusual = [
  ...["--downsampling", "2", "--scaling", "foreground", "--sequence", "FLAIR"],
  ...["--augment-rotation", "10", "--augment-flip", "0.5", "--tumor-weight", "2"],
];

Deno.test({
  name:
    "train and export: the exported model has the Dice that training measured, whatever the preprocessing",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const data = await makeData(folder), run = join(folder, "run"), model = join(folder, "model");
      const trained = await runCommand(
        ...["train", "--data", data, "--out", run, "--epochs", "12", "--features", "8"] as const,
        ...["--depth", "3", "--learning-rate", "3e-2", "--batch-size", "2", "--no-cache"],
        ...["--fold", "2", "--folds", "2", "--backend", "tensorflow", ...unusual],
      );
      assert.equal(trained.code, 0, trained.stderr);
      const fold = { fold: 2, folds: 2 }, split = await readJson<RunSplit>(join(run, "split.json"));
      const { digests, ...drawn } = split, patients = await readdir(data);
      assert.deepEqual(drawn, { ...foldOf(patients, fold), fold });
      assert.deepEqual(Object.keys(digests!).sort(), patients.sort());
      const { epochs, bestEpoch } = await readJson<RunMetrics>(join(run, "metrics.json"));
      const measured = epochs[bestEpoch - 1].validationDice!;
      assert.ok(measured > 0.1, `there is nothing to compare: Dice ${measured}`);
      const { meanVolumeDice } = await readJson<{ meanVolumeDice: number }>(
        join(run, "evaluation.json"),
      );
      assert.ok(Math.abs(meanVolumeDice - measured) < 1e-3, `${meanVolumeDice} is not ${measured}`);

      const exported = await runCommand("export", "--run", run, "--out", model);
      assert.equal(exported.code, 0, exported.stderr);
      const card = parseModelCard(await readFile(join(model, "card.json"), "utf8"));
      assert.deepEqual(card.input, { sequences: ["FLAIR"], sizeMultiple: 4, downsampling: 2 });
      assert.equal(card.preprocessing.method, "foreground");
    }),
});
