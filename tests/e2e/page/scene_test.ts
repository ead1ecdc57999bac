/** Three planes and 3D in a real browser. */

/// <reference lib="dom" />

import assert from "node:assert/strict";
import { decode } from "fast-png";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { geometryOfSpacing } from "../../../shared/geometry.ts";
import { encodeNifti } from "../../../shared/nifti/encode.ts";
import { readPatient } from "../../../train/data/dataset.ts";
import { listPatient } from "../../../train/data/patient_files.ts";
import { someSlices } from "../../train/support/volume_patients.ts";
import { root } from "../../edge/support/files.ts";
import { startEdge } from "../../edge/support/running_server.ts";
import { findChromium, launch, softwareWebgl } from "../browser.ts";
import { drop, openPage, textOf, waitForStatus } from "./open_page.ts";

const executable = findChromium();
if (!executable) console.log("No Chromium was found: the 3D view is not tried.");

const folder = fileURLToPath(new URL("train/sample/TCGA_CS_4943_20000902", root));
const patient = await readPatient((await listPatient(folder)).found);

/** How many pixels of the scene are gray and bright, and how many have the mask's color. */
async function countPixels(page: Page): Promise<{ bright: number; red: number }> {
  const { data, channels } = decode(await page.locator("#scene").screenshot());
  let bright = 0, red = 0;
  for (let i = 0; i < data.length; i += channels) {
    const [r, g, b] = data.subarray(i, i + 3);
    if (r > 100 && Math.abs(r - g) < 8 && Math.abs(r - b) < 8) bright++;
    if (r > 100 && r > 1.5 * g && r > 1.5 * b) red++;
  }
  return { bright, red };
}

/** The scripts of more than half a megabyte that the page itself has loaded: niivue is the only one there is. */
function largeScripts(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    performance.getEntriesByType("resource")
      .filter((entry) => entry.name.endsWith(".js"))
      .filter((entry) => (entry as PerformanceResourceTiming).decodedBodySize > 500_000)
      .map(({ name }) => name)
  );
}

/** Waits until everything that was asked for is drawn. */
async function sceneDrawn(page: Page): Promise<void> {
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  await page.locator('#scene[aria-busy="false"]').waitFor({ timeout: 120_000 });
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
}

Deno.test({
  name: "the page shows a scan in three planes and in 3D, with the mask over it",
  ignore: !executable,
  async fn(t) {
    await using server = await startEdge();
    await using browser = await launch(executable!, softwareWebgl);
    const { page, problems, posted } = await openPage(browser, server.url);
    await page.setInputFiles("#folder", folder);
    await waitForStatus(page, /^Outlined/);
    const button = page.getByRole("button", { name: "3D view" });

    await t.step("by a chunk that is not loaded before it is asked for", async () => {
      assert.deepEqual(await largeScripts(page), []);
      await button.click();
      await sceneDrawn(page);
      assert.equal((await largeScripts(page)).length, 1);
      assert.equal(await button.getAttribute("aria-pressed"), "true");
      assert.match(await textOf(page, "scene-help"), /The files do not tell how far apart/);
    });

    await t.step("drawn in gray, with the mask in its color", async () => {
      const { bright, red } = await countPixels(page);
      assert.ok(bright > 5000, `${bright} bright pixels`);
      assert.ok(red > 100, `${red} red pixels`);
    });

    await t.step("without the mask where the prediction is not to be seen", async () => {
      await page.getByRole("checkbox", { name: "Prediction" }).uncheck();
      await sceneDrawn(page);
      assert.equal((await countPixels(page)).red, 0);
      await page.getByRole("checkbox", { name: "Prediction" }).check();
      await sceneDrawn(page);
      assert.ok((await countPixels(page)).red > 100);
    });

    await t.step("and closes, as it does for a lone slice", async () => {
      await button.click();
      await page.locator("#scene").waitFor({ state: "hidden" });
      await button.click();
      await page.getByRole("button", { name: "CS 4943, slice 17" }).click();
      await waitForStatus(page, /^Outlined/);
      await page.locator("#scene").waitFor({ state: "hidden" });
    });

    await t.step("of a NIfTI, as far apart as it tells", async () => {
      const { volume } = someSlices(patient.volume, patient.mask, 12, 17);
      const geometry = geometryOfSpacing([5, 256, 256], [20, 1, 1]);
      const bytes = await encodeNifti(volume, geometry);
      await drop(page, [{ name: "patient.nii.gz", type: "application/gzip", bytes }]);
      // The status of the slice before says the same.
      await page.locator("#slice-label").filter({ hasText: "of 5" }).waitFor();
      await waitForStatus(page, /^Outlined/);
      await button.click();
      await sceneDrawn(page);
      const { bright, red } = await countPixels(page);
      assert.ok(bright > 5000 && red > 100, `${bright} bright pixels, ${red} red ones`);
      assert.doesNotMatch(await textOf(page, "scene-help"), /do not tell/);
    });

    await t.step("without any error, and without sending anything", () => {
      assert.deepEqual(problems, []);
      assert.deepEqual(posted, []);
    });
  },
});
