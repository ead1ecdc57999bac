/** The weights that ship are those their cards were written for, and no others are started from. */
import assert from "node:assert/strict";
import { cp, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { modelFiles, readModel } from "../../../train/export/model_folder.ts";
import { encodeCheckpoint } from "../../../train/run/checkpoint.ts";
import {
  architectureOf,
  recipes,
  type TrainingSettings,
} from "../../../train/fit/training_settings.ts";
import { startWeights } from "../../../train/network/start_weights.ts";
import { describeStart } from "../../../train/run/describe_start.ts";
import {
  assertStart,
  readRecordedStart,
  readStartCheckpoint,
  startOf,
} from "../../../train/run/start_network.ts";
import { root } from "../support/run_command.ts";
import { withFolder } from "../support/temporary_folder.ts";

const models = join(root, "edge/models");

for (const name of ["unet", "preview"]) {
  Deno.test(`readStartCheckpoint reads the weights of ${name}, of which its card has the checksum`, async () => {
    const folder = join(models, name), { card } = await readModel(folder);
    assert.match(card.sha256[modelFiles.weights], /^[0-9a-f]{64}$/);
    const { architecture, preprocessing, downsampling } = await readStartCheckpoint(folder);
    assert.deepEqual(architecture.features, card.architecture.features);
    assert.deepEqual(preprocessing, card.preprocessing);
    assert.equal(downsampling, card.input.downsampling ?? 1);
  });
}

Deno.test("readStartCheckpoint refuses weights that the card was not written for, and damaged ones", async () => {
  await withFolder(async (folder) => {
    const model = join(folder, "preview"), weights = join(model, modelFiles.weights);
    await cp(join(models, "preview"), model, { recursive: true });
    const checkpoint = await readStartCheckpoint(model);
    // A sound checkpoint, and even of the same network.
    await writeFile(weights, encodeCheckpoint(checkpoint, "F32"));
    await assert.rejects(
      readStartCheckpoint(model),
      /Cannot use the model preview .* SHA-256 of weights\.safetensors must be [0-9a-f]{64}: current value is/,
    );
    const card = join(model, modelFiles.card), content = JSON.parse(await readFile(card, "utf8"));
    delete content.sha256[modelFiles.weights];
    await writeFile(card, JSON.stringify(content));
    assert.deepEqual(
      await readStartCheckpoint(model),
      checkpoint,
      "cards of before had no checksum",
    );

    await truncate(weights, 1000);
    await assert.rejects(readStartCheckpoint(model), /Cannot read the checkpoint .*weights\.safet/);
  });
});

Deno.test("readRecordedStart refuses other weights than the record's, in whatever file they are", async () => {
  await withFolder(async (folder) => {
    const model = join(folder, "preview"), weights = join(model, modelFiles.weights);
    await cp(join(models, "preview"), model, { recursive: true });
    const start = await startOf(model, { validation: [] }), { sha256, ...ofEarlierVersion } = start;
    const checkpoint = await readRecordedStart(start);
    const card = join(model, modelFiles.card), content = JSON.parse(await readFile(card, "utf8"));
    delete content.sha256[modelFiles.weights];
    await writeFile(card, JSON.stringify(content));

    await writeFile(weights, encodeCheckpoint(checkpoint, "F32"));
    assert.deepEqual(await readRecordedStart(start), checkpoint, "the same weights, in 32 bits");
    checkpoint.weights.get("layers.0.conv1.weight")!.data[0] += 1e-6;
    await writeFile(weights, encodeCheckpoint(checkpoint, "F32"));
    const refusal = new RegExp(
      `^Error: Cannot start from ${model} as the SHA-256 of its weights must be .*, ${sha256}: ` +
        "current value is [0-9a-f]{64}\\. Put them back",
    );
    await assert.rejects(readRecordedStart(start), refusal);
    assert.deepEqual(await readRecordedStart(ofEarlierVersion), checkpoint);
  });
});

const { best, preview, reference } = recipes;

Deno.test("assertStart takes what a network has seen: the shipped ones by their recipes, and one grown into the other", async () => {
  await assertStart(join(models, "unet"), best);
  await assertStart(join(models, "preview"), preview);
  await assertStart(join(models, "preview"), best);
});

Deno.test("assertStart refuses other scaling, other sequences and fewer levels, naming what they must be", async () => {
  const unet = join(models, "unet");
  const wrong: [settings: TrainingSettings, message: string][] = [
    [reference, "--scaling must be that of its network, foreground: current value is percentile"],
    [
      { ...best, sequences: ["FLAIR"] },
      "--sequence must be that of its network, all: current value is FLAIR " +
      "(FLAIR stands in for sequences that a patient lacks)",
    ],
  ];
  for (const [settings, message] of wrong) {
    const expected = { message: `Cannot start from ${unet} as ${message}` };
    await assert.rejects(assertStart(unet, settings), expected);
  }
  await assert.rejects(assertStart(unet, preview), /depth must be at most 5: current value is 6/);
});

Deno.test("describeStart names new layers, and resolution and scaling that are not as they were", async () => {
  const folder = join(models, "preview"), trained = await readStartCheckpoint(folder);
  const described = (settings: TrainingSettings) => {
    const start = startWeights(architectureOf(settings), 1, trained);
    return describeStart(folder, trained, start, settings);
  };
  const same = `Starting from ${folder}: all weights are its`;
  assert.deepEqual(described(preview), [same]);
  const halves = (name: string) => [`${name}.depthwise`, `${name}.pointwise`];
  const fresh = [
    ...["0.conv1", ...halves("0.conv2"), ...halves("2.conv1")],
    ...["19", ...halves("20.conv1"), ...halves("20.conv2"), "21"],
  ];
  assert.deepEqual(described({ ...best, separable: true }), [
    `Starting from ${folder}; new, with random weights, are ${
      fresh.map((name) => `layers.${name}`).join(", ")
    }`,
  ]);
  assert.deepEqual(described(best), [
    `Starting from ${folder}; new, with random weights, are ${
      ["0.conv1", "0.conv2", "2.conv1", "19", "20.conv1", "20.conv2", "21"]
        .map((name) => `layers.${name}`).join(", ")
    }`,
    "Its convolutions are separable: they are taken over as the plain ones that they are",
  ]);
  assert.deepEqual(described({ ...preview, downsampling: 1 }), [
    same,
    "It has learned from images smaller by 2, here its layers see them smaller by 1",
  ]);
  const preprocessing = { ...preview.preprocessing, head: 0.2, limit: 2 };
  assert.deepEqual(described({ ...preview, preprocessing } as TrainingSettings), [
    same,
    "Its images were scaled otherwise: head 0.2, was 0.12; limit 2, was 1.5",
  ]);
});
