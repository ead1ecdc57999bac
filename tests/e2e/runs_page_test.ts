/** The page of runs in a real browser: runs come and go, figures show under the pointer. */

/// <reference lib="dom" />

import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { makeRun, metricsOf } from "../train/support/example_run.ts";
import { runCommand } from "../train/support/run_command.ts";
import { withFolder } from "../train/support/temporary_folder.ts";
import { findChromium, launch } from "./browser.ts";

const executable = findChromium();
if (!executable) console.log("No Chromium was found: the page of runs is not tested in a browser.");

/** Opens the page of two runs; the first, as it is the better, is "good". */
async function withPage(test: (page: Page) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    await makeRun(join(folder, "good"), { metrics: metricsOf([0.5, 0.75, 0.625]) });
    await makeRun(join(folder, "bad"), { metrics: metricsOf([0.1, 0.2]), settings: { depth: 5 } });
    const { code, stderr } = await runCommand("runs", "--runs", folder);
    assert.equal(code, 0, stderr);
    const browser = await launch(executable!);
    try {
      const page = await browser.newPage({ viewport: { width: 1300, height: 900 } });
      const problems: string[] = [];
      page.on("pageerror", (error) => problems.push(error.message));
      await page.goto(pathToFileURL(join(folder, "index.html")).href);
      await test(page);
      assert.deepEqual(problems, []);
    } finally {
      await browser.close();
    }
  });
}

/** The run whose lines each panel has. */
function lines(page: Page): Promise<(string | null)[][]> {
  return page.locator(".panel").evaluateAll((panels) =>
    panels.map((panel) =>
      [...panel.querySelectorAll("polyline")].map((line) => line.getAttribute("data-line"))
    )
  );
}

Deno.test({
  name: "the page of runs shows the runs that are ticked, axes and settings included",
  ignore: !executable,
  fn: () =>
    withPage(async (page) => {
      assert.deepEqual(await lines(page), [["0", "1"], ["0", "1"], ["0", "1"]]);
      const dice = page.locator(".panel").nth(2);
      assert.ok((await dice.textContent())!.includes("0.1"));
      await page.locator('input[data-run="1"]').uncheck();
      assert.deepEqual(await lines(page), [["0"], ["0"], ["0"]]);
      assert.ok(!(await dice.textContent())!.includes("0.1"));
      assert.deepEqual(await page.locator("th[data-column]:visible").allTextContents(), ["good"]);
      await page.getByRole("button", { name: "none" }).click();
      assert.deepEqual(await lines(page), [[], [], []]);
      await page.getByRole("button", { name: "all" }).click();
      assert.deepEqual(await lines(page), [["0", "1"], ["0", "1"], ["0", "1"]]);
    }),
});

Deno.test({
  name: "the page of runs tells every run's figure at the epoch under the pointer",
  ignore: !executable,
  fn: () =>
    withPage(async (page) => {
      const panel = page.locator(".panel").nth(2), tip = page.locator("#tip");
      const { x, y, width, height } = (await panel.boundingBox())!;
      await page.mouse.move(x + width * 0.55, y + height / 2);
      assert.match((await tip.textContent())!, /^epoch 2\s*0\.7500 {2}good\s*0\.2000 {2}bad$/);
      await page.mouse.move(x + width * 0.95, y + height / 2);
      assert.match((await tip.textContent())!, /^epoch 3\s*0\.6250 {2}good$/);
      await page.mouse.move(x + width / 2, y + height + 200);
      assert.equal(await tip.isVisible(), false);
    }),
});

Deno.test({
  name: "the page of runs fades all curves but those of the row under the pointer",
  ignore: !executable,
  fn: () =>
    withPage(async (page) => {
      await page.locator('tr[data-run="1"]').hover();
      const faint = await page.locator("polyline.faint").evaluateAll((all) =>
        all.map((line) => line.getAttribute("data-line"))
      );
      assert.deepEqual(faint, ["0", "0", "0"]);
    }),
});
