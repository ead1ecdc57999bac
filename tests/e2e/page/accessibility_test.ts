/** The page for people who use a screen reader or see little: checked by axe. */

/// <reference lib="dom" />

import assert from "node:assert/strict";
import axe from "axe-core";
import type { Page } from "playwright-core";
import { argumentsOfTask, startServer } from "../../edge/support/running_server.ts";
import { findChromium, launch } from "../browser.ts";
import { openPage, waitForStatus } from "./open_page.ts";

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

Deno.test({
  name: "the page has no serious findings of axe, empty and filled, light and dark",
  ignore: !executable,
  async fn() {
    await using server = await startServer([...await argumentsOfTask("edge"), "--port", "0"]);
    await using browser = await launch(executable!);
    for (const colorScheme of ["light", "dark"]) {
      const { page } = await openPage(browser, server.url, { colorScheme });
      assert.deepEqual(await seriousFindings(page), [], colorScheme);
      await page.getByRole("button", { name: /slice \d+/ }).first().click();
      await waitForStatus(page, /^Outlined/);
      assert.deepEqual(await seriousFindings(page), [], colorScheme);
    }
  },
});
