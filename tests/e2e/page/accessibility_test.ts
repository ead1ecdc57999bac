/** The page for people who use a screen reader, see little or hold a telephone: all that it can show. */

/// <reference lib="dom" />

import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { createToken } from "../../../edge/access/tokens.ts";
import { readPatient } from "../../../train/data/dataset.ts";
import { listPatient } from "../../../train/data/patient_files.ts";
import { root } from "../../edge/support/files.ts";
import { argumentsOfTask, startServer } from "../../edge/support/running_server.ts";
import { someSlices, writeDicomPatient } from "../../train/support/volume_patients.ts";
import { withFolder } from "../../train/support/temporary_folder.ts";
import { assertUsable, looks } from "../assert_usable.ts";
import { findChromium, launch, softwareWebgl } from "../browser.ts";
import { drop, openPage, waitForStatus } from "./open_page.ts";

const folder = fileURLToPath(new URL("train/sample/TCGA_HT_7602_19951103", root));

const executable = findChromium();
if (!executable) console.log("No Chromium was found: the page is not tried with axe.");

const { token, sha256 } = createToken();

/** Something that the page can show. */
interface State {
  readonly name: string;
  /** What a person does to see it, coming from the state before; there is a folder with DICOM series. */
  readonly show: (page: Page, dicom: string) => Promise<void>;
  /** What is seen then, and was not before. */
  readonly seen: string;
  /** Drawing it in software takes long, and its controls are the same in every width. */
  readonly onlyWide?: boolean;
}

const press = (page: Page, name: string) => page.getByRole("button", { name }).click();
const choose = (page: Page, name: string) => page.getByText(name, { exact: true }).click();

const states: readonly State[] = [
  { name: "nothing opened", show: () => Promise.resolve(), seen: ".drop-title" },
  {
    name: "a file that cannot be opened, with a long name",
    show: (page) =>
      drop(page, [{ name: `${"unbroken".repeat(20)}.txt`, type: "", bytes: new Uint8Array(9) }]),
    seen: "#error",
  },
  {
    name: "a scan that came as DICOM",
    async show(page, dicom) {
      await page.setInputFiles("#folder", dicom);
      await waitForStatus(page, /^Outlined/);
    },
    seen: "#save-dicom",
  },
  {
    name: "a scan, with Dice against its reference",
    async show(page) {
      await page.setInputFiles("#folder", folder);
      await waitForStatus(page, /^Outlined/);
    },
    seen: "#volume-dice-row",
  },
  { name: "a heat map", show: (page) => choose(page, "Heat map"), seen: "#heat-choice:checked" },
  {
    name: "facts of the model",
    show: (page) => page.locator("#model > summary").click(),
    seen: "#model-facts > p >> nth=0",
  },
  {
    name: "how the model was trained",
    show: (page) => choose(page, "How it was trained"),
    seen: "#model-facts details p",
  },
  {
    name: "diagnostics, where the clipboard is closed",
    async show(page) {
      await page.evaluate(() => {
        navigator.clipboard.writeText = () => Promise.reject(new DOMException("denied"));
      });
      await press(page, "Copy diagnostics");
    },
    seen: "#diagnostics",
  },
  {
    name: "three planes and 3D",
    async show(page) {
      await press(page, "3D view");
      await page.locator('#scene[aria-busy="false"]').waitFor({ timeout: 120_000 });
    },
    seen: "#scene",
    onlyWide: true,
  },
  {
    name: "an edge that wants a token",
    show: (page) => choose(page, "Edge server"),
    seen: "#token-form",
  },
  {
    name: "a run in progress",
    async show(page) {
      // The edge is silent, so that the run goes on for as long as it is looked at.
      await page.route("**/v1/volumes*", () => {});
      await page.getByLabel("Token").fill(token);
      await press(page, "Send");
    },
    seen: "#progress",
  },
];

Deno.test({
  name: "the page has no serious findings of axe and never scrolls sideways, whatever it shows",
  ignore: !executable,
  async fn(t) {
    await withFolder(async (temporary) => {
      const tokens = join(temporary, "tokens.json");
      await Deno.writeTextFile(tokens, JSON.stringify([{ name: "ward", sha256 }]));
      const { volume, mask } = await readPatient((await listPatient(folder)).found);
      const few = someSlices(volume, mask, 9, 11).volume;
      const dicom = await writeDicomPatient(temporary, "case", few);
      const options = ["--port", "0", "--tokens", tokens];
      await using server = await startServer([...await argumentsOfTask("edge"), ...options]);
      await using browser = await launch(executable!, softwareWebgl);
      for (const { name, ...look } of looks) {
        await t.step(name, async () => {
          const { page } = await openPage(browser, server.url, look);
          for (const { name, show, seen, onlyWide } of states) {
            if (onlyWide && look.viewport.width < 1000) continue;
            const element = page.locator(seen);
            if (seen !== ".drop-title") assert.equal(await element.isVisible(), false, name);
            await show(page, dicom);
            await element.waitFor({ timeout: 120_000 });
            await assertUsable(page, name, "main, .panel");
          }
          await press(page, "Cancel");
          await waitForStatus(page, /^Cancelled/);
          await page.close();
        });
      }
    });
  },
});
