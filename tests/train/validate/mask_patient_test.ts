/** Outlines of all formats and layouts: the same figures out of each, and what is refused. */
import assert from "node:assert/strict";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { geometryOfSpacing } from "../../../shared/geometry.ts";
import { encodeNiftiMask } from "../../../shared/nifti/encode.ts";
import { encodeNpy } from "../../../shared/npy.ts";
import { type MaskTask, validateMaskPatient } from "../../../train/validate/mask_patient.ts";
import { matchOutlines } from "../../../train/validate/match_outlines.ts";
import { findOutlines } from "../../../train/validate/outline_files.ts";
import { measurePatient } from "../../../train/validate/patient_figures.ts";
import { withFolder } from "../support/temporary_folder.ts";
import {
  layouts,
  moved,
  referenceOf,
  spacing,
  writeGray,
  writeProbabilities,
} from "./outline_folders.ts";

const id = "TCGA_CS_4943_20000902";
const reference = await referenceOf(id), prediction = moved(reference);

const settings: Omit<MaskTask, "id" | "prediction" | "reference"> = {
  kind: "mask",
  images: null,
  spacing: null,
  tolerance: 1,
  threshold: 0.5,
  labels: "binary",
};

/** Measures the one patient of two folders or files. */
async function validate(predictions: string, references: string, changes: Partial<MaskTask> = {}) {
  const [found, held] = await Promise.all([predictions, references].map(findOutlines));
  const { patients, unmatched } = matchOutlines(found, held);
  assert.deepEqual(unmatched, []);
  assert.equal(patients.length, 1);
  return await validateMaskPatient({ ...settings, ...patients[0], ...changes });
}

for (const [name, write] of Object.entries(layouts)) {
  Deno.test(`validateMaskPatient measures ${name} against the published layout and against itself`, async () => {
    await withFolder(async (folder) => {
      const mine = join(folder, "mine"), theirs = join(folder, "theirs");
      await write(mine, id, prediction);
      await write(theirs, id, reference);
      const known = name.startsWith("nifti") ? spacing : null;
      const golden = measurePatient({ id, prediction, reference, spacing: known });
      for (const references of [theirs, join(folder, "published")]) {
        if (references !== theirs) await layouts.slices(references, id, reference);
        const { figures } = await validate(mine, references);
        // NIfTI keeps voxel sizes in single precision.
        const rounded = figures.spacing?.map((mm) => Number(mm.toFixed(6))) ?? null;
        assert.deepEqual({
          ...figures,
          spacing: rounded,
          hd95: 0,
          assd: 0,
          hausdorff: 0,
          referenceMl: 0,
          differenceMl: 0,
        }, {
          ...golden,
          hd95: 0,
          assd: 0,
          hausdorff: 0,
          referenceMl: 0,
          differenceMl: 0,
        });
        for (const key of ["hd95", "assd", "hausdorff", "referenceMl", "differenceMl"] as const) {
          assert.ok(
            golden[key] === figures[key] || Math.abs(golden[key]! - figures[key]!) < 1e-5,
            key,
          );
        }
      }
    });
  });
}

Deno.test("validateMaskPatient takes probabilities: thresholded, and their calibration", async () => {
  await withFolder(async (folder) => {
    await layouts.npy(join(folder, "theirs"), id, reference);
    for (const ending of [".npy", ".nii.gz"]) {
      const mine = join(folder, `mine${ending}`);
      await writeProbabilities(join(mine, `${id}${ending}`), prediction);
      const { figures, bins, logits } = await validate(mine, join(folder, "theirs"));
      assert.equal(
        figures.volumeDice,
        measurePatient({ id, prediction, reference, spacing: null }).volumeDice,
      );
      const tumor = reference.data.reduce((sum, value) => sum + value, 0);
      assert.equal(bins!.reduce((sum, bin) => sum + bin.tumor, 0), tumor);
      assert.equal(logits!.tumor.reduce((sum, count) => sum + count, 0), tumor);
      assert.ok(figures.ece! > 0.12 && figures.ece! < 0.13);
      const strict = await validate(mine, join(folder, "theirs"), { threshold: 0.8 });
      assert.equal(strict.figures.predictedPixels, 0);
    }
    const swapped = validate(join(folder, "theirs"), join(folder, "mine.npy"));
    await assert.rejects(swapped, /Cannot measure against .*\.npy as a reference must be a mask/);
  });
});

Deno.test("validateMaskPatient refuses spacing, position and orientation that differ, and resamples nothing", async () => {
  await withFolder(async (folder) => {
    const mask = { data: new Uint8Array(24).fill(1, 5, 9), shape: [2, 3, 4] };
    const here = geometryOfSpacing([2, 3, 4], [5, 1, 1]), [x, y, z] = here.affine;
    const write = async (name: string, geometry: typeof here) => {
      await mkdir(join(folder, name));
      await writeFile(join(folder, name, "a.nii.gz"), await encodeNiftiMask(mask, geometry));
    };
    await write("reference", here);
    await write("same", here);
    await write("spacing", geometryOfSpacing([2, 3, 4], [4, 1, 1]));
    await write("position", { ...here, affine: [x, y, [z[0], z[1], z[2], z[3] + 2]] });
    const tilt = 0.2, sine = Math.sin(tilt), cosine = Math.cos(tilt);
    await write("orientation", {
      ...here,
      affine: [[0, -sine, -cosine, x[3]], [0, -cosine, sine, y[3]], z],
    });
    const against = (name: string) => validate(join(folder, name), join(folder, "reference"));
    assert.equal((await against("same")).figures.volumeDice, 1);
    await assert.rejects(
      against("spacing"),
      /prediction's spacing must be the reference's, 5 x 1 x 1 mm: current value is 4 x 1 x 1/,
    );
    await assert.rejects(against("position"), /prediction's position and orientation must be/);
    await assert.rejects(against("orientation"), /prediction's position and orientation must be/);
    const given = validate(join(folder, "same"), join(folder, "reference"), { spacing: [5, 1, 1] });
    await assert.rejects(
      given,
      /Cannot use --spacing as the files have one of their own: 5, 1, 1 mm/,
    );
  });
});

Deno.test("validateMaskPatient brings NIfTI of other axis orders to one, as they lie in the same places", async () => {
  await withFolder(async (folder) => {
    const here = geometryOfSpacing([2, 3, 4], [5, 1, 1]), [x, y, z] = here.affine;
    const mask = {
      data: Uint8Array.from({ length: 24 }, (_, i) => i % 5 === 0 ? 1 : 0),
      shape: [2, 3, 4],
    };
    await writeFile(
      join(folder, "reference.nii"),
      await encodeNiftiMask(mask, here, { gzip: false }),
    );
    // The same voxels, columns written from the left to the right.
    const turned = mask.data.slice();
    for (let row = 0; row < 6; row++) turned.subarray(4 * row, 4 * row + 4).reverse();
    const affine = [x, y, z].map((row) => [row[0], row[1], -row[2], row[3] + 3 * row[2]]);
    const geometry = { ...here, affine: affine as unknown as typeof here.affine };
    await writeFile(
      join(folder, "prediction.nii"),
      await encodeNiftiMask({ data: turned, shape: [2, 3, 4] }, geometry, { gzip: false }),
    );
    const { figures } = await validate(
      join(folder, "prediction.nii"),
      join(folder, "reference.nii"),
    );
    assert.equal(figures.volumeDice, 1);
  });
});

Deno.test("validateMaskPatient takes every label for tumor where asked", async () => {
  await withFolder(async (folder) => {
    const path = (name: string) => join(folder, `${name}.npy`);
    const labels = { data: new Uint8Array([0, 1, 2, 4]), shape: [1, 4] };
    await writeFile(path("labels"), encodeNpy(labels));
    await writeFile(path("mask"), encodeNpy({ data: new Uint8Array([0, 1, 1, 1]), shape: [1, 4] }));
    await assert.rejects(
      validate(path("labels"), path("mask")),
      /labels\.npy: .* must be 0 and 1, or 0 and 255, .* current value is [24]$/,
    );
    const { figures } = await validate(path("labels"), path("mask"), { labels: "any" });
    assert.equal(figures.volumeDice, 1);
  });
});

Deno.test("validateMaskPatient names the file that is wrong", async () => {
  await withFolder(async (folder) => {
    const mine = join(folder, "mine"), theirs = join(folder, "theirs");
    const write = async (folder: string, ...slices: number[][]) => {
      for (const [index, pixels] of slices.entries()) {
        await writeGray(join(folder, "a", `${index + 1}.png`), pixels);
      }
    };
    await write(theirs, [0, 255], [0, 0]);
    const cases: [slices: number[][], message: RegExp][] = [
      [[[0, 255], [0, 37]], /a\/2\.png: Cannot use the file as an outline .* current value is 37$/],
      [
        [[0, 255], [0, 0, 0]],
        /a\/2\.png: Cannot use the slice as it must have the size 1x2 of .*a\/1\.png: current value is 1x3/,
      ],
      [
        [[0, 255, 0], [0, 0, 0]],
        /Cannot measure a as the reference must have the prediction's shape 2x1x3: current value is 2x1x2/,
      ],
    ];
    for (const [slices, message] of cases) {
      await rm(mine, { recursive: true, force: true });
      await write(mine, ...slices);
      await assert.rejects(validate(mine, theirs), message);
    }
    await writeFile(join(mine, "a", "1.png"), "no image");
    await assert.rejects(validate(mine, theirs), /a\/1\.png: Cannot/);
    const npy = join(folder, "four.npy");
    await writeFile(npy, encodeNpy({ data: new Uint8Array(4), shape: [1, 1, 2, 2] }));
    await assert.rejects(
      validate(npy, npy),
      /four\.npy: .*axes must be \[slices, height, width\].* 1x1x2x2/,
    );
  });
});
