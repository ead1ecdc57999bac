/** A run's best checkpoint as a model, by the command. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile, truncate } from "node:fs/promises";
import { join } from "node:path";
import { referencePreprocessing } from "../../../shared/scaling.ts";
import { sequences } from "../../../shared/sequence.ts";
import { readCheckpoint, writeCheckpoint } from "../../../train/run/checkpoint.ts";
import { describeRun, readRun } from "../../../train/run/describe_run.ts";
import { importWeights } from "../../../train/export/import_weights.ts";
import { modelFiles, readModel } from "../../../train/export/model_folder.ts";
import { runFiles } from "../../../train/run/run_folder.ts";
import { makeRun } from "../support/example_run.ts";
import { root, runCommand } from "../support/run_command.ts";
import { withFolder } from "../support/temporary_folder.ts";

/** A run whose best checkpoint, of epoch 2, has the reference weights. */
async function makeTrainedRun(folder: string): Promise<string> {
  const run = await makeRun(join(folder, "run"));
  const network = importWeights(await readFile(join(root, "tests/golden/seed_unet.safetensors")));
  await writeCheckpoint(join(run, runFiles.best), {
    ...network,
    sequences,
    preprocessing: referencePreprocessing,
    downsampling: 1,
    figures: { epoch: 2, validationLoss: 0.7 },
  });
  return run;
}

Deno.test("export writes the best checkpoint as a checked model with its card", async () => {
  await withFolder(async (folder) => {
    const run = await makeTrainedRun(folder), out = join(folder, "model");
    const { code, stdout, stderr } = await runCommand("export", "--run", run, "--out", out);
    assert.equal(code, 0, stderr);
    assert.match(
      stdout,
      /epoch 2 of .*run, within \d\.\de-\d of the network\n.*not for clinical use/,
    );

    const { card } = await readModel(out);
    assert.equal(card.name, "run");
    assert.deepEqual(card.training.patients, ["a & b"]);
    assert.equal(card.training.data, "sample", "not the path of this machine");
    assert.equal(card.training.epoch, 2);
    assert.equal(card.training.seed, 42);
    assert.match(
      card.training.recipe,
      /recipe reference: dice loss, Adam, batch 8, learning rate 0\.0001, times 0\.1 after epoch 30, 3 epochs/,
    );
    assert.match(card.notFor, /not for clinical use/);
    assert.match(card.notFor, /untested.* children and operated brains/);
    const weights = await readFile(join(out, modelFiles.weights));
    const sum = createHash("sha256").update(weights).digest("hex");
    assert.equal(card.sha256[modelFiles.weights], sum);
    const [{ patients, ...figures }] = card.evaluation;
    assert.match(patients, /not trained on/);
    assert.deepEqual(figures, { count: 1, meanVolumeDice: 0.4, medianVolumeDice: 0.4 });

    const shipped = await readModel(join(root, "edge/models/reference"));
    assert.deepEqual(card.architecture, shipped.card.architecture);
  });
});

Deno.test("a card tells what a run started from, by its name alone, and its precision", async () => {
  await withFolder(async (folder) => {
    const path = await makeTrainedRun(folder), run = await readRun(path);
    const settings = { ...run.config.settings, precision: "bf16" as const };
    const start = { run: "/home/someone/runs/preview", patients: ["c"] };
    const { training } = describeRun(
      path,
      { ...run, config: { ...run.config, settings, start } },
      await readCheckpoint(join(path, runFiles.best)),
    );
    assert.match(
      training.recipe,
      /, bfloat16 activations, from the weights of preview, 3 epochs, /,
    );
    assert.deepEqual(training.patients, ["a & b", "c"], "those of the run before as well");
  });
});

Deno.test("export names the file of the run that is missing or damaged", async () => {
  await withFolder(async (folder) => {
    const run = await makeTrainedRun(folder), out = join(folder, "model");
    await truncate(join(run, runFiles.best), 1000);
    const damaged = await runCommand("export", "--run", run, "--out", out);
    assert.equal(damaged.code, 1);
    assert.match(
      damaged.stderr,
      /^error: Cannot read the checkpoint .*best\.safetensors: [^\n]+\n$/,
    );
    const nowhere = await runCommand("export", "--run", join(folder, "nowhere"), "--out", out);
    assert.equal(nowhere.code, 1);
    assert.match(
      nowhere.stderr,
      /^error: Cannot use the run .*nowhere as config\.json must be readable/,
    );
  });
});
