/** Whole scans that the page sends to the edge. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createToken } from "../../../edge/access/tokens.ts";
import { root } from "../../edge/support/files.ts";
import { argumentsOfTask, startEdge, startServer } from "../../edge/support/running_server.ts";
import { copySlices } from "../../train/support/sample_copy.ts";
import { withFolder } from "../../train/support/temporary_folder.ts";
import { findChromium, launch } from "../browser.ts";
import { openPage, save, textOf, useModel, waitForStatus } from "./open_page.ts";

const executable = findChromium();
if (!executable) console.log("No Chromium was found: the page does not send scans to the edge.");

const patient = "TCGA_CS_4943_20000902";
const folder = fileURLToPath(new URL(`train/sample/${patient}`, root));

Deno.test({
  name: "the page sends whole scans to the edge where a person chooses that",
  ignore: !executable,
  async fn(t) {
    await using server = await startEdge();
    await using browser = await launch(executable!);
    const { page, problems, posted } = await openPage(browser, server.url);
    // The preview is done before a person can cancel.
    await useModel(page, "unet");
    await page.setInputFiles("#folder", folder);
    await waitForStatus(page, /^Outlined/);
    const inBrowser = await save(page, "Mask as NIfTI");
    const volume = await textOf(page, "volume"), dice = await textOf(page, "volume-dice");
    assert.deepEqual(posted, []);

    await t.step("with progress, and the very mask that the browser made", async () => {
      await page.getByText("Edge server", { exact: true }).click();
      await page.locator('#progress-bar:not([value="0"])').waitFor();
      await waitForStatus(page, /^Outlined/);
      assert.deepEqual(posted, [`${server.url}v1/volumes?model=unet`]);
      assert.deepEqual(await save(page, "Mask as NIfTI"), inBrowser);
      assert.equal(await textOf(page, "volume"), volume);
      assert.equal(await textOf(page, "volume-dice"), dice);
      assert.match(await textOf(page, "engine"), /^Edge server, \d+ ms a slice$/);
    });

    await t.step(
      "without a heat map, which has to wait for this browser",
      () =>
        withFolder(async (temporary) => {
          const few = await copySlices(temporary, patient, [16, 17]);
          await page.setInputFiles("#folder", few);
          await waitForStatus(page, /^Outlined/);
          const [contour, heat] = ["Contour", "Heat map"].map((name) =>
            page.getByRole("radio", { name, exact: true })
          );
          assert.equal(await heat.isDisabled(), true);
          await page.getByText("This browser", { exact: true }).click();
          await waitForStatus(page, /^Outlined/);
          await page.getByText("Heat map", { exact: true }).click();
          await page.getByText("Edge server", { exact: true }).click();
          await waitForStatus(page, /^Outlined/);
          assert.deepEqual([await heat.isDisabled(), await contour.isChecked()], [true, true]);
          await page.getByText("This browser", { exact: true }).click();
          await waitForStatus(page, /^Outlined/);
          assert.deepEqual([await heat.isDisabled(), await heat.isChecked()], [false, true]);
          await page.getByText("Edge server", { exact: true }).click();
          await waitForStatus(page, /^Outlined/);
        }),
    );

    await t.step("until they cancel, and then the server stops as well", async () => {
      await page.setInputFiles("#folder", folder);
      await page.locator('#progress-bar[max="20"]:not([value="0"])').waitFor();
      await page.getByRole("button", { name: "Cancel" }).click();
      await waitForStatus(page, /^Cancelled/);
      for (let left = Infinity; left > 0;) {
        const load = await (await fetch(`${server.url}health/load`)).json();
        left = load.busy + load.waiting;
      }
    });

    await t.step("without any error", () => assert.deepEqual(problems, []));
  },
});

Deno.test({
  name: "the page asks for a token where the edge wants one",
  ignore: !executable,
  async fn() {
    await withFolder(async (temporary) => {
      const { token, sha256 } = createToken(), file = join(temporary, "tokens.json");
      await Deno.writeTextFile(file, JSON.stringify([{ name: "ward", sha256 }]));
      const options = ["--port", "0", "--tokens", file];
      await using server = await startServer([...await argumentsOfTask("edge"), ...options]);
      await using browser = await launch(executable!);
      const { page } = await openPage(browser, server.url);
      await page.getByText("Edge server", { exact: true }).click();
      await page.getByRole("button", { name: "CS 4943, slice 17" }).click();
      await page.getByRole("alert").filter({ hasText: "Enter yours" }).waitFor();
      const field = page.getByLabel("Token");
      await field.fill("wrong");
      await field.press("Enter");
      await page.getByRole("alert").filter({ hasText: "Enter yours" }).waitFor();
      await field.fill(token);
      await page.getByRole("button", { name: "Send" }).click();
      await waitForStatus(page, /^Outlined/);
      assert.equal(await page.getByRole("alert").isVisible(), false);
      await page.getByText("This browser", { exact: true }).click();
      await field.waitFor({ state: "hidden" });
    });
  },
});
