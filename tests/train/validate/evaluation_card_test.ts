/** Figures of a validation in a model's card, and the shipped cards against a fresh evaluation. */
import assert from "node:assert/strict";
import { cp, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { EvaluationCard, GroupCard } from "../../../shared/model_card.ts";
import { findPatients } from "../../../train/data/dataset.ts";
import { readModel, writeModel } from "../../../train/export/model_folder.ts";
import { calibrationImages } from "../../../train/export/quantize/calibration_images.ts";
import { quantizeModel } from "../../../train/export/quantize/quantize_model.ts";
import { readStartCheckpoint } from "../../../train/run/start_network.ts";
import { modelTasks } from "../../../train/validate/cohort_tasks.ts";
import { evaluationCard } from "../../../train/validate/evaluation_card.ts";
import { measureCohort } from "../../../train/validate/measure.ts";
import { defaultWorkers } from "../../../train/validate/patient_workers.ts";
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
    assert.equal(entry.variants!.length, 9);
    // The model as it is used leaves small pieces out.
    const cleaned = "scaled by the volume, pieces under 0.5 of the largest left out";
    const asUsed = entry.variants!.find(({ name }) => name === cleaned)!;
    assert.equal(asUsed.meanVolumeDice, entry.meanVolumeDice);
    const names = entry.variants!.map(({ name }) => name);
    assert.ok(names.includes("scaled by the volume, largest component alone"));
    for (const whose of ["each slice's", "the volume's"]) {
      const lone = `scaled by the slice, ${whose} pieces under 0.5 of its largest left out`;
      assert.ok(names.includes(lone), lone);
    }
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

/** What entries on other patients tell is of other networks: these ship with the project, and with them the model ran. */
function isOfSample({ diceByPatient = {} }: EvaluationCard): boolean {
  return Object.keys(diceByPatient).sort().join() === sampleIds.join();
}

const data = join(root, "train/sample");
const sampleIds = (await findPatients(data)).map(({ id }) => id).sort();

/** Runs a model on the sample patients, and sums up as `validate --card` does. */
async function measure(model: string, { variants = false } = {}): Promise<EvaluationCard> {
  const tasks = await modelTasks(model, data, { tolerance: 1, spacing: null, variants });
  return evaluationCard("anew", await measureCohort(tasks, { workers: defaultWorkers() }));
}

/** Models whose cards tell every way to use them; the reference method's checkpoint is told of as it is used. */
const inEveryWay = ["preview", "unet"];

const measured = new Map<string, Promise<EvaluationCard>>();

/** A shipped model's figures, measured once for all tests. */
function measureAnew(name: string): Promise<EvaluationCard> {
  if (!measured.has(name)) {
    measured.set(name, measure(join(models, name), { variants: inEveryWay.includes(name) }));
  }
  return measured.get(name)!;
}

function assertClose(told: number, fresh: number, within: number, of: string): void {
  assert.ok(Math.abs(told - fresh) < within, `${of}: ${told} in the card, ${fresh} measured`);
}

/** Groups or variants: the same ones, of as many patients, with the same Dice. */
function assertSameGroups(
  told: readonly GroupCard[],
  fresh: readonly GroupCard[],
  of: string,
): void {
  const names = (groups: readonly GroupCard[]) => groups.map(({ name, count }) => [name, count]);
  assert.deepEqual(names(told), names(fresh), of);
  for (const [index, { name, meanVolumeDice }] of told.entries()) {
    assertClose(meanVolumeDice!, fresh[index].meanVolumeDice!, 1e-3, `${of}, ${name}`);
  }
}

for (const name of await readdir(models)) {
  Deno.test(`the card of ${name} tells the figures that the model has on the sample patients`, async () => {
    const { card } = await readModel(join(models, name));
    const [told, ...more] = card.evaluation.filter(isOfSample);
    assert.equal(more.length, 0);
    const fresh = await measureAnew(name);
    for (const id of sampleIds) {
      assertClose(told.diceByPatient![id]!, fresh.diceByPatient![id]!, 1e-3, id);
    }
    assertClose(told.sensitivity!, fresh.sensitivity!, 1e-3, "sensitivity");
    assertClose(told.precision!, fresh.precision!, 1e-3, "precision");
    assert.equal(told.hd95!.unit, fresh.hd95!.unit);
    assert.equal(told.hd95!.infinite, fresh.hd95!.infinite);
    // A voxel that tips over can move a percentile of distances to the next.
    assertClose(told.hd95!.median!, fresh.hd95!.median!, 0.5, "HD95");
    assertClose(told.calibration!.error, fresh.calibration!.error, 3e-4, "calibration");
    assertClose(told.calibration!.errorAfter, fresh.calibration!.errorAfter, 3e-4, "calibrated");
    assertClose(told.calibration!.temperature, fresh.calibration!.temperature, 0.02, "temperature");
    assertSameGroups(told.institutions!, fresh.institutions!, "institutions");
    assertSameGroups(told.tumorSizes!, fresh.tumorSizes!, "tumor sizes");
    if (inEveryWay.includes(name)) assertSameGroups(told.variants!, fresh.variants!, "variants");
  });
}

Deno.test("preview in eight bits is as good as in floats, within a Dice of 0.005", async () => {
  await withFolder(async (folder) => {
    const float = await readModel(join(models, "preview"));
    const network = await readStartCheckpoint(join(models, "preview"));
    const images = await calibrationImages(data, [sample], network);
    const { sequences, downsampling } = network;
    const description = { ...float.card, sequences, downsampling };
    await writeModel(folder, await quantizeModel(network, description, float, images));
    const inFloats = await measureAnew("preview"), inBits = await measure(folder);
    const difference = Math.abs(inFloats.meanVolumeDice - inBits.meanVolumeDice);
    assert.ok(difference <= 0.005, `${inBits.meanVolumeDice} and ${inFloats.meanVolumeDice}`);
    // Two files that compute the same to the last bit would be one.
    assert.notDeepEqual(inFloats.diceByPatient, inBits.diceByPatient);
  });
});
