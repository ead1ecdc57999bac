/** A run's best checkpoint as a model, by the command. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { cp, readFile, rm, truncate } from "node:fs/promises";
import { join } from "node:path";
import type { ModelCard } from "../../../shared/model_card.ts";
import { parseModelCard } from "../../../shared/parse_model_card.ts";
import { referencePreprocessing } from "../../../shared/scaling.ts";
import { sequences } from "../../../shared/sequence.ts";
import { usualThreshold } from "../../../shared/threshold.ts";
import { readCheckpoint, writeCheckpoint } from "../../../train/run/checkpoint.ts";
import { describeRun } from "../../../train/run/describe_run.ts";
import { readRun } from "../../../train/run/run_record.ts";
import { startOf } from "../../../train/run/start_network.ts";
import { previewRun } from "../../../train/export/export_run.ts";
import { importWeights } from "../../../train/export/import_weights.ts";
import { modelFiles, readModel } from "../../../train/export/model_folder.ts";
import {
  runFiles,
  type RunMetrics,
  type RunStart,
  writeRunFile,
} from "../../../train/run/run_folder.ts";
import { makeRun, metricsOf } from "../support/example_run.ts";
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
    assert.equal(card.threshold, usualThreshold, "that which training measures with");
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

Deno.test("a card tells what a run started from, by its folder's name alone, and its precision", async () => {
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
    assert.deepEqual(JSON.parse(JSON.stringify(training.start)), { folder: "preview" });
  });
});

Deno.test("a card tells of the epochs at a constant rate that a run ended with", async () => {
  await withFolder(async (folder) => {
    const path = await makeTrainedRun(folder), run = await readRun(path);
    const constantEnd = { epochs: 1, learningRate: 2e-3, averageDecay: 0.9995 };
    const settings = { ...run.config.settings, constantEnd };
    const checkpoint = await readCheckpoint(join(path, runFiles.best));
    const told = describeRun(path, { ...run, config: { ...run.config, settings } }, checkpoint);
    const words =
      ", 3 epochs, the last 1 of them anew from the weights so far at a constant learning rate 0.002, " +
      "averaged (0.9995), ";
    assert.ok(told.training.recipe.includes(words), told.training.recipe);
  });
});

/** The recipe in the card of a run of 60 epochs, the last 20 at a constant rate, that has come to the last of these. */
async function recipeOfStopped(folder: string, { bestEpoch, epochs }: RunMetrics) {
  const constantEnd = { epochs: 20, learningRate: 2e-3, averageDecay: 0.9995 };
  const checkpoint = bestEpoch === epochs.length ? "last" as const : "best" as const;
  const settings = { epochs: 60, constantEnd, checkpoint }, metrics = { bestEpoch, epochs };
  const path = await makeRun(join(folder, `${epochs.length}`), { settings, metrics });
  const network = await readCheckpoint(join(root, "edge/models/preview/weights.safetensors"));
  const best = { ...network, figures: { epoch: bestEpoch } };
  return describeRun(path, await readRun(path), best).training.recipe;
}

Deno.test("a card tells how many epochs a run had that was stopped, and after which of them its weights are", async () => {
  await withFolder(async (folder) => {
    const told = (done: number) =>
      recipeOfStopped(folder, { ...metricsOf(Array(done).fill(0.5)), bestEpoch: done });
    const words =
      /, only 5 of 60 epochs, none of the last 20 at a constant learning rate 0\.002, weights after epoch 5$/;
    assert.match(await told(5), words);
    assert.match(
      await told(45),
      /, only 45 of 60 epochs, the last 5 of them anew .*, weights after epoch 45$/,
    );
    assert.match(
      await told(60),
      /, 60 epochs, the last 20 of them anew .*, weights after the last$/,
    );
  });
});

Deno.test("a card tells how many epochs a run had that was stopped, where the best of them is the result", async () => {
  await withFolder(async (folder) => {
    const told = await recipeOfStopped(folder, metricsOf([0.1, 0.4, 0.3, 0.2, 0.2]));
    assert.match(
      told,
      /, only 5 of 60 epochs, none of the last .*, checkpoint with the lowest validation loss$/,
    );
  });
});

Deno.test("a card speaks of no validation loss where no patients validated", async () => {
  await withFolder(async (folder) => {
    const { epochs } = metricsOf([null, null, null]);
    const unmeasured = epochs.map((entry) => ({ ...entry, validationLoss: null }));
    const path = await makeRun(join(folder, "run"), {
      settings: { checkpoint: "best" },
      metrics: { bestEpoch: 3, epochs: unmeasured },
      validation: [],
    });
    const network = await readCheckpoint(join(root, "edge/models/preview/weights.safetensors"));
    const best = { ...network, figures: { epoch: 3 } };
    const { recipe } = describeRun(path, await readRun(path), best).training;
    assert.match(recipe, /, 3 epochs, weights after the last$/);
  });
});

/** As startOf recorded it before it recorded what the network is called. */
async function earlierStart(model: string): Promise<RunStart> {
  const { run, patients, sha256 } = await startOf(model, { validation: [] });
  return { run, patients, sha256 };
}

async function exportStartedFrom(folder: string, start: RunStart): Promise<ModelCard> {
  const path = await makeTrainedRun(folder), { config } = await readRun(path);
  await writeRunFile(path, runFiles.config, { ...config, start });
  return (await previewRun(path)).card;
}

Deno.test("the card of a run started from a model has its name, version and seed, and the checksum of its weights", async () => {
  await withFolder(async (folder) => {
    const model = join(folder, "started from"), shipped = join(root, "edge/models/preview");
    await cp(shipped, model, { recursive: true });
    const { name, version, training: { seed } } = (await readModel(model)).card;
    const start = await startOf(model, { validation: [] }), { sha256 } = start;
    const expected = { folder: "started from", model: { name, version }, seed, sha256 };
    const earlier = await earlierStart(model);
    for (const [kind, record] of Object.entries({ recorded: start, ofEarlierVersion: earlier })) {
      const card = await exportStartedFrom(join(folder, kind), record);
      assert.deepEqual(card.training.start, expected, kind);
      assert.equal(card.training.seed, 42, "its own stays");
      const words = `from the weights of started from (the model ${name} ${version}), 3 epochs`;
      assert.ok(card.training.recipe.includes(words), card.training.recipe);
      assert.deepEqual(parseModelCard(JSON.stringify(card)).training.start, expected);
    }
  });
});

Deno.test("a card says of an earlier version's start no more than its record where other weights lie there now", async () => {
  await withFolder(async (folder) => {
    const model = join(folder, "model");
    await cp(join(root, "edge/models/preview"), model, { recursive: true });
    const start = await earlierStart(model);
    await rm(model, { recursive: true });
    await cp(join(root, "edge/models/unet"), model, { recursive: true });
    const { training } = await exportStartedFrom(folder, start);
    const known = { folder: "model", sha256: start.sha256 };
    assert.deepEqual(JSON.parse(JSON.stringify(training.start)), known);
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
