/** DICOM-SEG as prediction and reference: the same figures as from NIfTI, and what is refused. */
import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { decodeDicomSeries, type DicomGeometry } from "../../../shared/dicom/decode.ts";
import { encodeDicomSegmentation } from "../../../shared/dicom/segmentation.ts";
import { encodeNiftiMask } from "../../../shared/nifti/encode.ts";
import { encodeNpy } from "../../../shared/npy.ts";
import type { Mask } from "../../../shared/volume.ts";
import { findPatients, readPatient } from "../../../train/data/dataset.ts";
import { drawTask } from "../../../train/validate/draw_task.ts";
import { maskTasks } from "../../../train/validate/cohort_tasks.ts";
import { validatePatient } from "../../../train/validate/validate_patient.ts";
import { withFolder } from "../support/temporary_folder.ts";
import { writeDicomPatient } from "../support/volume_patients.ts";
import { moved } from "./outline_folders.ts";

const id = "TCGA_CS_4943_20000902";
const [files] = await findPatients("train/sample");
const { volume, mask: reference } = await readPatient(files);
const prediction = moved(reference);

/** Where the slices of the patient's DICOM series lie. */
async function geometryIn(folder: string): Promise<DicomGeometry> {
  const flair = join(await writeDicomPatient(folder, id, volume, ["t1", "flair"]), "flair");
  const names = await readdir(flair);
  return decodeDicomSeries(await Promise.all(names.map((name) => readFile(join(flair, name)))))
    .geometry;
}

async function write(folder: string, mask: Mask, geometry: DicomGeometry, ending: string) {
  await mkdir(folder, { recursive: true });
  const bytes = ending === "dcm"
    ? encodeDicomSegmentation(mask, geometry)
    : await encodeNiftiMask(mask, geometry);
  await writeFile(join(folder, `${id}_mask.${ending}`), bytes);
  return folder;
}

async function taskOf(predictions: string, references: string) {
  const settings = { spacing: null, tolerance: 1, threshold: 0.5, labels: "binary" } as const;
  const { tasks, unmatched } = await maskTasks(predictions, references, settings);
  assert.deepEqual(unmatched, []);
  return tasks[0];
}

Deno.test("validatePatient measures a DICOM-SEG as it does NIfTI, on either side and on both", async () => {
  await withFolder(async (folder) => {
    const geometry = await geometryIn(folder);
    const path = (name: string) => join(folder, name);
    const mine = await write(path("mine"), prediction, geometry, "dcm");
    const theirs = await write(path("theirs"), reference, geometry, "dcm");
    const mineNifti = await write(path("mine_nifti"), prediction, geometry, "nii.gz");
    const theirsNifti = await write(path("theirs_nifti"), reference, geometry, "nii.gz");
    const { figures: golden } = await validatePatient(await taskOf(mineNifti, theirsNifti));
    assert.ok(golden.volumeDice! > 0.9 && golden.volumeDice! < 1 && golden.hd95! > 0);
    for (const [a, b] of [[mine, theirsNifti], [mineNifti, theirs], [mine, theirs]]) {
      const { figures } = await validatePatient(await taskOf(a, b));
      // Of two DICOM-SEG, slices beyond the tumor are in neither.
      const { specificity, slices } = golden;
      const rest = a === mine && b === theirs ? { specificity, slices } : {};
      assertClose({ ...figures, ...rest }, golden);
    }
    const drawn = await drawTask(await taskOf(mine, theirsNifti));
    assert.equal(drawn.slices, volume.slices);
  });
});

function assertClose(figures: object, golden: object) {
  const round = (_: string, value: unknown) =>
    typeof value === "number" ? Number(value.toPrecision(5)) : value;
  const text = (value: object) => JSON.parse(JSON.stringify(value, round));
  assert.deepEqual(text(figures), text(golden));
}

Deno.test("validatePatient refuses a DICOM-SEG against slices, another spacing, and an image as an outline", async () => {
  await withFolder(async (folder) => {
    const geometry = await geometryIn(folder);
    const path = (name: string) => join(folder, name);
    const mine = await write(path("mine"), prediction, geometry, "dcm");
    await mkdir(path("npy"));
    await writeFile(join(path("npy"), `${id}.npy`), encodeNpy(reference));
    await assert.rejects(
      validatePatient(await taskOf(mine, path("npy"))),
      /DICOM-SEG can only be held against NIfTI or DICOM-SEG, .* the reference does not/,
    );
    const [slices, ...others] = geometry.spacing;
    const [x, y, z] = geometry.affine.map(([a, ...rest]) => [a * 0.8, ...rest]);
    const affine = [x, y, z] as unknown as DicomGeometry["affine"];
    const thin = { ...geometry, spacing: [slices * 0.8, ...others], affine };
    const thinner = await write(path("thin"), reference, thin as DicomGeometry, "nii.gz");
    await assert.rejects(
      validatePatient(await taskOf(mine, thinner)),
      /prediction's spacing must be the reference's, 4 x 0\.9 x 0\.8 mm: current value is 5 x/,
    );
    await mkdir(path("images"));
    const [name] = await readdir(join(folder, id, "flair"));
    const image = await readFile(join(folder, id, "flair", name));
    await writeFile(join(path("images"), `${id}.dcm`), image);
    await assert.rejects(
      validatePatient(await taskOf(path("images"), mine)),
      /\.dcm: Cannot decode the DICOM file as it must be a Segmentation/,
    );
  });
});
