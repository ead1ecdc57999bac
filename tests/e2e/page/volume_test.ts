/** Whole patients in the page: the numbers and masks must be those of training's evaluation. */

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { decodeDicomSeries } from "../../../shared/dicom/decode.ts";
import { encodeDicomSegmentation } from "../../../shared/dicom/segmentation.ts";
import { sliceDice, volumeDice } from "../../../shared/dice.ts";
import { decodeDicomSegmentation } from "../../../shared/dicom/decode_segmentation.ts";
import { geometryOfSpacing } from "../../../shared/geometry.ts";
import { decodeNiftiMask } from "../../../shared/nifti/decode.ts";
import { encodeNifti, encodeNiftiMask } from "../../../shared/nifti/encode.ts";
import { type Mask, sliceOfMask, type Volume } from "../../../shared/volume.ts";
import { readPatient } from "../../../train/data/dataset.ts";
import { listPatient } from "../../../train/data/patient_files.ts";
import { evaluatePatient } from "../../../train/evaluation/evaluation.ts";
import { openSegmenter } from "../../../train/evaluation/segmentation.ts";
import { readModel } from "../../../train/export/model_folder.ts";
import { withFolder } from "../../train/support/temporary_folder.ts";
import {
  channelOf,
  someSlices,
  spacing,
  writeDicomPatient,
} from "../../train/support/volume_patients.ts";
import { root } from "../../edge/support/files.ts";
import { startEdge } from "../../edge/support/running_server.ts";
import { findChromium, launch } from "../browser.ts";
import {
  chooseFiles,
  drop,
  dropFolder,
  type DroppedFile,
  openPage,
  save,
  savedMask,
  textOf,
  waitForStatus,
} from "./open_page.ts";
import { volumeOfServer } from "./server_masks.ts";

const executable = findChromium();
if (!executable) console.log("No Chromium was found: whole patients are not tried in the page.");

const folder = fileURLToPath(new URL("train/sample/TCGA_CS_4943_20000902", root));
const patient = await readPatient((await listPatient(folder)).found);

/** What training's evaluation makes of a volume, with the model that the page has. */
async function evaluate(volume: Volume): Promise<Mask> {
  const segmenter = await openSegmenter(
    await readModel(fileURLToPath(new URL("edge/models/preview", root))),
  );
  try {
    return await segmenter.segmentVolume(volume);
  } finally {
    segmenter.close();
  }
}

/** The paths of a folder's files, and of those in its folders. */
async function pathsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}

/** The same files, by their names. */
async function filesIn(folder: string): Promise<File[]> {
  const paths = await pathsIn(folder);
  return await Promise.all(
    paths.map(async (path) => new File([await readFile(path)], basename(path))),
  );
}

/** The same files as they are sent. */
function sent(files: readonly DroppedFile[]): File[] {
  return files.map(({ name, bytes }) => new File([bytes as Uint8Array<ArrayBuffer>], name));
}

async function savedNifti(page: Page) {
  const { name, bytes } = await save(page, "Mask as NIfTI");
  return { name, ...await decodeNiftiMask(bytes) };
}

Deno.test({
  name: "the page outlines whole patients in a real browser",
  ignore: !executable,
  async fn(t) {
    await using server = await startEdge();
    await using browser = await launch(executable!);
    const { page, problems, posted } = await openPage(browser, server.url);

    await t.step("from a folder of slices, scaled and measured as training does", async () => {
      const { volume, mask } = patient, expected = await evaluate(volume);
      await page.setInputFiles("#folder", folder);
      await waitForStatus(page, /^Outlined/);
      const saved = await savedNifti(page);
      assert.equal(saved.name, `${patient.id}_mask.nii.gz`);
      assert.equal(volumeDice(saved.mask, expected), 1);
      assert.deepEqual(saved.mask, expected);
      const { mask: ofServer, warnings } = await volumeOfServer(server.url, await filesIn(folder));
      assert.deepEqual(ofServer, expected);
      assert.deepEqual(warnings, []);
      assert.equal(await page.locator("#notes").isVisible(), false);
      const { volumeDice: dice, predictedPixels } = evaluatePatient(patient.id, expected, mask);
      assert.equal(await textOf(page, "volume-dice"), dice!.toFixed(3));
      assert.equal(await textOf(page, "volume"), `${predictedPixels.toLocaleString("en")} voxels`);
    });

    await t.step("from the same folder where that is dropped", async () => {
      // In a page of its own, as Playwright hands no folder to a page that was given one by a drop.
      const { page: other } = await openPage(browser, server.url);
      await dropFolder(other, folder);
      await waitForStatus(other, /^Outlined/);
      assert.equal(await textOf(other, "name"), patient.id);
      assert.deepEqual((await savedNifti(other)).mask, (await savedNifti(page)).mask);
      await other.close();
    });

    await t.step("shown at the slice with the largest outline, whose mask is saved", async () => {
      const { mask: whole } = await savedNifti(page), areas = areasOf(whole);
      const largest = areas.indexOf(Math.max(...areas));
      assert.equal(await textOf(page, "slice-label"), `${largest + 1} of 20`);
      assert.equal(await textOf(page, "area"), `${areas[largest].toLocaleString("en")} pixels`);
      const { name, mask } = await savedMask(page);
      assert.equal(name, `${patient.id}_${largest + 1}_mask.png`);
      const size = 256 * 256;
      assert.deepEqual(mask.data, whole.data.slice(largest * size, (largest + 1) * size));
    });

    await t.step("with Dice of the slice that is shown", async () => {
      const { mask: whole } = await savedNifti(page), dice = sliceDice(whole, patient.mask);
      const shown = async () => parseInt(await textOf(page, "slice-label")) - 1;
      const largest = await shown();
      await page.locator("#picture").press("ArrowDown");
      await page.locator("#slice-label").filter({ hasText: `${largest} of 20` }).waitFor();
      assert.equal(await textOf(page, "dice"), dice[largest - 1].toFixed(3));
      await page.locator("#picture").press("ArrowUp");
      await page.locator("#slice-label").filter({ hasText: `${largest + 1} of 20` }).waitFor();
      assert.equal(await textOf(page, "dice"), dice[largest].toFixed(3));
    });

    await t.step(
      "from NIfTI with its reference, in millilitres and in the file's space",
      async () => {
        const { volume, mask } = someSlices(patient.volume, patient.mask, 12, 17);
        const geometry = geometryOfSpacing([5, 256, 256], [6, 0.5, 0.75]);
        const expected = await evaluate(volume);
        const file = async (name: string, bytes: Promise<Uint8Array>) => ({
          name,
          type: "application/gzip",
          bytes: await bytes,
        });
        const files = [
          await file("patient.nii.gz", encodeNifti(volume, geometry)),
          await file("patient_seg.nii.gz", encodeNiftiMask(mask, geometry)),
        ];
        await drop(page, files);
        await waitForStatus(page, /^Outlined/);
        const saved = await savedNifti(page);
        assert.equal(saved.name, "patient_mask.nii.gz");
        assert.deepEqual(saved.mask, expected);
        const { mask: ofServer, warnings } = await volumeOfServer(server.url, sent(files));
        assert.deepEqual(ofServer, expected);
        assert.match(warnings.join(), /three channels/);
        assert.equal(await textOf(page, "notes"), warnings.join(" "));
        assert.deepEqual(saved.geometry.spacing, [6, 0.5, 0.75]);
        const { volumeDice: dice, predictedPixels } = evaluatePatient("", expected, mask);
        assert.equal(await textOf(page, "volume-dice"), dice!.toFixed(3));
        const millilitres = predictedPixels * 6 * 0.5 * 0.75 / 1000;
        assert.equal(await textOf(page, "volume"), `${millilitres.toFixed(1)} ml`);
      },
    );

    await t.step("from one NIfTI a sequence, with the same masks", async () => {
      const { volume } = someSlices(patient.volume, patient.mask, 14, 16);
      const geometry = geometryOfSpacing([2, 256, 256], [6, 1, 1]);
      const expected = await evaluate(volume);
      const names = ["case_t1.nii", "case_flair.nii", "case_t1ce.nii"];
      const files = await Promise.all(names.map(async (name, channel) => ({
        name,
        type: "",
        bytes: await encodeNifti(channelOf(volume, channel), geometry, { gzip: false }),
      })));
      await drop(page, files);
      await waitForStatus(page, /^Outlined/);
      assert.deepEqual((await savedNifti(page)).mask, expected);
      assert.deepEqual((await volumeOfServer(server.url, sent(files))).mask, expected);
    });

    await t.step(
      "from a NIfTI of FLAIR alone, inverted, with the warnings of the edge",
      async () => {
        const { volume } = someSlices(patient.volume, patient.mask, 14, 16),
          flair = channelOf(volume, 1);
        const inverted = { ...flair, data: flair.data.map((value) => 255 - value) };
        const bytes = await encodeNifti(inverted, geometryOfSpacing([2, 256, 256], [6, 1, 1]));
        const files = [{ name: "flair.nii.gz", type: "", bytes }];
        await drop(page, files);
        await waitForStatus(page, /^(Outlined|Nothing was found)/);
        const { mask, warnings } = await volumeOfServer(server.url, sent(files));
        assert.deepEqual((await savedNifti(page)).mask, mask);
        assert.match(
          warnings.join(" "),
          /one sequence only.*FLAIR is unlike what the model was trained/,
        );
        assert.equal(await textOf(page, "notes"), warnings.join(" "));
      },
    );

    await t.step("from DICOM series, one a sequence, with the same masks", async () => {
      const { volume } = someSlices(patient.volume, patient.mask, 14, 17);
      const expected = await evaluate(volume);
      await withFolder(async (temporary) => {
        const series = await writeDicomPatient(temporary, "case", volume);
        await page.setInputFiles("#folder", series);
        await waitForStatus(page, /^Outlined/);
        const { mask: ofServer } = await volumeOfServer(server.url, await filesIn(series));
        assert.deepEqual(tumorOf(ofServer), tumorOf(expected));
        const { name, bytes } = await save(page, "Mask as DICOM-SEG");
        assert.match(name, /_mask\.dcm$/);
        const { data, geometry: { shape } } = decodeDicomSegmentation(bytes);
        const mask = { data: Uint8Array.from(data), shape };
        assert.deepEqual(tumorOf(mask), tumorOf(expected));
        // Dropped, the series lie in folders within the folder. In a page of its own, as above.
        const { page: other } = await openPage(browser, server.url);
        await dropFolder(other, series);
        await waitForStatus(other, /^Outlined/);
        assert.deepEqual(await savedNifti(other), await savedNifti(page));
        await other.close();
      });
      const saved = await savedNifti(page);
      assert.deepEqual(saved.mask, expected);
      assert.deepEqual(
        saved.geometry.spacing.map((mm) => mm.toFixed(3)),
        spacing.map((mm) => mm.toFixed(3)),
      );
    });

    await t.step(
      "from DICOM files that are chosen, against a DICOM-SEG that holds but the slices with tumor",
      async () => {
        const { volume, mask } = someSlices(patient.volume, patient.mask, 14, 17);
        const reference = { ...mask, data: mask.data.map((value, i) => i < 256 ** 2 ? 0 : value) };
        const expected = await evaluate(volume);
        await withFolder(async (temporary) => {
          const series = await writeDicomPatient(temporary, "case", volume);
          const flair = join(series, "flair"), names = await readdir(flair);
          const { geometry } = decodeDicomSeries(
            await Promise.all(names.map((name) => readFile(join(flair, name)))),
          );
          await chooseFiles(page, await pathsIn(series));
          await waitForStatus(page, /^Outlined/);
          // Its name does not say that it is a mask.
          const bytes = encodeDicomSegmentation(reference, geometry);
          await drop(page, [{ name: "IM1", type: "application/dicom", bytes }]);
          await waitForStatus(page, /^Compared/);
        });
        const { volumeDice: dice } = evaluatePatient("", expected, reference);
        assert.equal(await textOf(page, "volume-dice"), dice!.toFixed(3));
      },
    );

    await t.step("without any error, and without sending anything", () => {
      assert.deepEqual(problems, []);
      assert.deepEqual(posted, []);
    });
  },
});

function areasOf({ data, shape: [slices, height, width] }: Mask): number[] {
  const size = height * width;
  return Array.from(
    { length: slices },
    (_, index) => data.subarray(index * size, (index + 1) * size).reduce((sum, v) => sum + v, 0),
  );
}

/** The slices that hold any tumor: a DICOM-SEG leaves the others out. */
function tumorOf(mask: Mask): Uint8Array[] {
  return areasOf(mask).flatMap((area, index) => area > 0 ? [sliceOfMask(mask, index).data] : []);
}
