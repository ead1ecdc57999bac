/** A model on real patients, alone and from the command line. */
import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expectedCalibrationError } from "../../../shared/calibration.ts";
import { geometryOfSpacing } from "../../../shared/geometry.ts";
import { encodeNifti, encodeNiftiMask } from "../../../shared/nifti/encode.ts";
import { reliabilityBinsAt } from "../../../shared/temperature_scaling.ts";
import { findPatients, readPatient } from "../../../train/data/dataset.ts";
import { readModel } from "../../../train/export/model_folder.ts";
import { validateModelPatient } from "../../../train/validate/model_patient.ts";
import { root, runCommand } from "../support/run_command.ts";
import { copySlices, sampleOf } from "../support/sample_copy.ts";
import { withFolder } from "../support/temporary_folder.ts";

const patient = "TCGA_CS_4943_20000902", other = "TCGA_HT_7602_19951103";
const golden = JSON.parse(await readFile(join(root, "tests/golden/volumes.json"), "utf8"));

Deno.test("validate gives the reference model's volume Dice as PyTorch does", async () => {
  await withFolder(async (folder) => {
    const data = await sampleOf(join(folder, "data"), [patient]), out = join(folder, "out");
    const args = ["--model", "edge/models/reference", "--data", data, "--out", out];
    const { code, stdout, stderr } = await runCommand("validate", ...args);
    assert.deepEqual([code, stderr], [0, ""]);
    const validation = JSON.parse(await readFile(join(out, "validation.json"), "utf8"));
    const [{ id, volumeDice, tumorPixels, ece }] = validation.patients;
    assert.deepEqual([id, tumorPixels], [patient, golden[patient].tumor_voxels]);
    assert.ok(Math.abs(volumeDice - golden[patient].dice_volume) < 1e-4);
    assert.ok(Math.abs(validation.calibration.ece - ece) < 1e-12);
    assert.equal(validation.unit, "voxels");
    assert.match(
      stdout,
      new RegExp(`^${patient} +${golden[patient].dice_volume.toFixed(3)} `, "m"),
    );
    assert.match(stdout, /HD95 \(voxels\)/);
    assert.equal(validation.trainedOn, null);
    assert.match(stdout, /its card does not say \(88 of the 110 patients\)/);
    assert.match(stdout, /not for clinical use/);
  });
});

Deno.test("validateModelPatient sorts every voxel by its logit as it sorts it by its probability", async () => {
  await withFolder(async (folder) => {
    await copySlices(folder, other, [8, 9]);
    const [files] = await findPatients(folder);
    const { figures, bins, logits } = await validateModelPatient({
      kind: "model",
      id: other,
      model: "edge/models/preview",
      files,
      spacing: [5, 1, 1],
      tolerance: 1,
      variants: false,
    });
    assert.equal(figures.referenceMl, figures.tumorPixels * 5 / 1000);
    const exact = expectedCalibrationError(bins!);
    assert.equal(exact, figures.ece);
    const again = expectedCalibrationError(reliabilityBinsAt(logits!, 1));
    assert.ok(Math.abs(again - exact) < 1e-4);
    const voxels = [...logits!.tumor, ...logits!.background].reduce((sum, count) => sum + count, 0);
    assert.equal(voxels, 2 * 256 * 256);
  });
});

Deno.test("validateModelPatient measures a NIfTI patient in its own millimetres", async () => {
  await withFolder(async (folder) => {
    await copySlices(join(folder, "slices"), other, [8, 9, 10]);
    const [slices] = await findPatients(join(folder, "slices"));
    const { volume, mask } = await readPatient(slices);
    const geometry = geometryOfSpacing([3, 256, 256], [5, 0.5, 0.5]);
    const nifti = join(folder, "nifti", other);
    await mkdir(nifti, { recursive: true });
    for (const [channel, name] of ["t1", "flair", "t1ce"].entries()) {
      const data = volume.data.filter((_: number, index: number) => index % 3 === channel);
      const image = { ...volume, data, channels: 1 };
      await writeFile(join(nifti, `${other}_${name}.nii.gz`), await encodeNifti(image, geometry));
    }
    await writeFile(join(nifti, `${other}_seg.nii.gz`), await encodeNiftiMask(mask, geometry));
    const [files] = await findPatients(join(folder, "nifti"));
    const task = {
      kind: "model",
      id: other,
      model: "edge/models/preview",
      tolerance: 1,
      variants: false,
    } as const;
    const inMm = await validateModelPatient({ ...task, files, spacing: null });
    const given = await validateModelPatient({ ...task, files: slices, spacing: [5, 0.5, 0.5] });
    assert.deepEqual(inMm.figures, given.figures);
    const twice = validateModelPatient({ ...task, files, spacing: [5, 1, 1] });
    await assert.rejects(
      twice,
      /Cannot use --spacing as the files have one of their own: 5, 0\.5, 0\.5 mm/,
    );
  });
});

Deno.test("validate --variants measures every way over the cohort", async () => {
  await withFolder(async (folder) => {
    const data = join(folder, "data"), out = join(folder, "out");
    await copySlices(data, patient, [15]);
    await copySlices(data, other, [9]);
    const args = [
      "--model",
      "edge/models/preview/model.onnx",
      "--data",
      data,
      "--variants",
      "--out",
      out,
    ];
    const { code, stdout, stderr } = await runCommand("validate", ...args, "--spacing", "5,1,1");
    assert.deepEqual([code, stderr], [0, ""]);
    const { patients, variants, unit, institutions, model, trainedOn } = JSON.parse(
      await readFile(join(out, "validation.json"), "utf8"),
    );
    const { card: { training } } = await readModel("edge/models/preview");
    const named = training.patients;
    const seen = typeof named === "string"
      ? null
      : [patient, other].filter((id) => named.includes(id));
    assert.deepEqual([unit, model.name, trainedOn], ["mm", "preview", seen]);
    assert.ok(
      stdout.includes(seen ? `It was trained on ${seen.length || "none"} of them` : "does not say"),
    );
    assert.deepEqual(
      variants[1].patients.map((figures: { ece: unknown }) => ({ ...figures, ece: 0 })),
      patients.map((figures: { ece: unknown }) => ({ ...figures, ece: 0 })),
    );
    assert.equal(variants.length, 9);
    assert.deepEqual(institutions.map(({ name }: { name: string }) => name), ["CS", "HT"]);
    assert.match(stdout, /^flips averaged, pieces under 0\.5 of the largest left out +0\.\d{3} /m);
    assert.match(stdout, /^largest component alone +0\.\d{3} /m);
    assert.match(stdout, /^slices scaled on their own +0\.\d{3} /m);
    assert.match(
      stdout,
      /^slices scaled on their own, each slice's pieces under 0\.5 of its largest left out +0\.\d{3} /m,
    );
    assert.match(
      stdout,
      /^slices scaled on their own, the volume's pieces under 0\.5 of its largest left out +0\.\d{3} /m,
    );
    assert.match(stdout, /^FLAIR alone, pieces under 0\.5 of the largest left out +0\.\d{3} /m);
  });
});

Deno.test("validate --compare holds two models against each other on the same patients", async () => {
  await withFolder(async (folder) => {
    const data = join(folder, "data"), out = join(folder, "out");
    await copySlices(data, patient, [15]);
    await copySlices(data, other, [9]);
    const models = ["edge/models/preview", "edge/models/reference/model.onnx"];
    const args = ["--compare", ...models, "--data", data, "--out", out];
    const { code, stdout, stderr } = await runCommand("validate", ...args);
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(stdout, /^A: preview \d\S+\nB: reference 1\.0\.0\n/);
    const { patients, metrics: [dice] } = JSON.parse(
      await readFile(join(out, "comparison.json"), "utf8"),
    );
    assert.deepEqual(patients, [patient, other]);
    assert.ok(
      dice.patients === 2 && dice.meanA > 0.7 && dice.meanB > 0.7 && dice.meanA !== dice.meanB,
    );
  });
});

Deno.test("validate names a patient that it cannot measure, measures the others and fails", async () => {
  await withFolder(async (folder) => {
    const data = join(folder, "data");
    await copySlices(data, patient, [15]);
    const broken = join(await copySlices(data, other, [9]), `${other}_9.tif`);
    await Deno.writeTextFile(broken, "no image");
    const { code, stdout, stderr } = await runCommand(
      "validate",
      "--model",
      "edge/models/preview",
      "--data",
      data,
    );
    assert.equal(code, 1);
    assert.match(stdout, new RegExp(`^${patient} +0\\.`, "m"));
    assert.match(stderr, new RegExp(`^error: ${other}: .*_9\\.tif: `, "s"));
  });
});
