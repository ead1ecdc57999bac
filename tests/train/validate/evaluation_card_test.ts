/** Figures of a validation in a model's card, and the shipped cards against a fresh evaluation. */
import assert from "node:assert/strict";
import { cp, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { EvaluationCard } from "../../../shared/model_card.ts";
import { readModel } from "../../../train/export/model_folder.ts";
import { readPatients } from "../../../train/data/read_patients.ts";
import { evaluateModel } from "../../../train/evaluation/evaluate_model.ts";
import { root, runCommand } from "../support/run_command.ts";
import { withFolder } from "../support/temporary_folder.ts";

const models = join(root, "edge/models");
const sample = "TCGA_HT_7602_19951103";

Deno.test("validate --card writes what it measured into the model's card, once for the same patients", async () => {
  await withFolder(async (folder) => {
    const model = join(folder, "preview");
    await cp(join(models, "preview"), model, { recursive: true });
    const before = (await readModel(model)).card.evaluation;
    const validate = () =>
      runCommand(
        ...["validate", "--model", model, "--data", join(root, "train/sample")] as const,
        ...["--patients", sample, "--variants", "--card", "one patient, for a test"],
      );
    const first = await validate();
    assert.equal(first.code, 0, first.stderr);
    const { evaluation } = (await readModel(model)).card;
    const entry = evaluation.at(-1)!;
    assert.deepEqual(evaluation.slice(0, -1), before);
    assert.equal(entry.patients, "one patient, for a test");
    assert.deepEqual(Object.keys(entry.diceByPatient!), [sample]);
    assert.equal(entry.diceByPatient![sample], entry.meanVolumeDice);
    assert.equal(entry.hd95!.unit, "voxels");
    assert.equal(entry.variants!.length, 7);
    // The model as it is used leaves small pieces out.
    const cleaned = "scaled by the volume, pieces under 0.5 of the largest left out";
    const asUsed = entry.variants!.find(({ name }) => name === cleaned)!;
    assert.equal(asUsed.meanVolumeDice, entry.meanVolumeDice);
    assert.ok(entry.calibration!.error >= 0 && entry.calibration!.temperature > 0);
    await validate();
    assert.deepEqual((await readModel(model)).card.evaluation, evaluation);
  });
});

Deno.test("validate --card is refused without a model", async () => {
  const { code, stderr } = await runCommand(
    ...["validate", "--predictions", "a", "--references", "b", "--card", "c"] as const,
  );
  assert.equal(code, 1);
  assert.match(stderr, /--card goes with --model/);
});

/** The Dice of each patient in an entry on those that ship with the project; other entries are of other networks. */
function ofSample({ diceByPatient = {} }: EvaluationCard): [string, number | null][] {
  const told = Object.entries(diceByPatient);
  return told.every(([id]) => sampleIds.has(id)) ? told : [];
}

const patients = await readPatients(join(root, "train/sample"), false);
const sampleIds = new Set(patients.map(({ id }) => id));

for (const name of await readdir(models)) {
  const model = await readModel(join(models, name));
  const told = model.card.evaluation.flatMap(ofSample);
  Deno.test(`the card of ${name} tells the Dice that the model has on the sample patients`, async () => {
    assert.equal(told.length, patients.length);
    const evaluated = await evaluateModel(model, patients);
    const fresh = new Map(evaluated.map(({ evaluation: { id, volumeDice } }) => [id, volumeDice!]));
    for (const [id, dice] of told) {
      const difference = Math.abs(fresh.get(id)! - dice!);
      assert.ok(difference < 1e-3, `${id}: ${dice} in the card, ${fresh.get(id)} measured`);
    }
  });
}
