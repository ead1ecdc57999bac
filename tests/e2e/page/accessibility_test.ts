/** The page for people who use a screen reader or see little: checked by axe. */

/// <reference lib="dom" />

import assert from "node:assert/strict";
import axe from "axe-core";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { root } from "../../edge/support/files.ts";
import { startEdge } from "../../edge/support/running_server.ts";
import { findChromium, launch, softwareWebgl } from "../browser.ts";
import { openPage, waitForStatus } from "./open_page.ts";

const folder = fileURLToPath(new URL("train/sample/TCGA_HT_7602_19951103", root));

const executable = findChromium();
if (!executable) console.log("No Chromium was found: the page is not tried with axe.");

/** What axe finds that is serious or critical, as "rule: element". */
async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run()
  );
  return violations.filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target}`));
}

/** What sticks out of the page's panel at its right. */
function wideElements(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const panel = document.querySelector(".panel")!;
    const { paddingRight, borderRightWidth } = getComputedStyle(panel);
    const end = panel.getBoundingClientRect().right - parseFloat(paddingRight) -
      parseFloat(borderRightWidth);
    return [...panel.querySelectorAll("*")]
      .filter((element) => element.getBoundingClientRect().right > end + 0.5)
      .map((element) => element.id || element.tagName);
  });
}

Deno.test({
  name:
    "the page has no serious findings of axe, empty and filled, light and dark, wide and narrow",
  ignore: !executable,
  async fn() {
    await using server = await startEdge();
    await using browser = await launch(executable!, softwareWebgl);
    const phone = { width: 390, height: 844 }, desk = { width: 1240, height: 900 };
    for (
      const [colorScheme, viewport] of [["light", desk], ["dark", desk], ["light", phone], [
        "dark",
        phone,
      ]] as const
    ) {
      const name = `${colorScheme}, ${viewport.width} wide`;
      const { page } = await openPage(browser, server.url, { colorScheme, viewport });
      assert.deepEqual(await seriousFindings(page), [], `${name}, empty`);
      await page.setInputFiles("#folder", folder);
      await waitForStatus(page, /^Outlined/);
      assert.deepEqual(await seriousFindings(page), [], `${name}, filled`);
      await page.getByText("Edge server", { exact: true }).click();
      // Drawing it in software takes long; its controls are the same in every width.
      if (viewport === desk) await page.getByRole("button", { name: "3D view" }).click();
      await page.evaluate(() => document.querySelector("#token-form")!.removeAttribute("hidden"));
      if (viewport === desk) await page.locator('#scene[aria-busy="false"]').waitFor();
      await page.locator("#model summary").click();
      assert.deepEqual(await wideElements(page), [], `${name}, everything in its place`);
      assert.deepEqual(await seriousFindings(page), [], `${name}, by the edge and in 3D`);
      await page.close();
    }
  },
});
