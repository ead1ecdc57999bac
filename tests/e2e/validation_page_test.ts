/** The page of a validation in a real browser: the worst cases are scrolled, outlines come and go. */

/// <reference lib="dom" />

import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { layouts, moved, referenceOf } from "../train/validate/outline_folders.ts";
import { runCommand } from "../train/support/run_command.ts";
import { sampleOf } from "../train/support/sample_copy.ts";
import { withFolder } from "../train/support/temporary_folder.ts";
import { findChromium, launch } from "./browser.ts";

const executable = findChromium();
if (!executable) {
  console.log("No Chromium was found: the page of a validation is not tested in it.");
}

const id = "TCGA_HT_7602_19951103";

async function withPage(test: (page: Page) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    const predictions = join(folder, "mine"), out = join(folder, "out");
    await layouts.slices(predictions, id, moved(await referenceOf(id)));
    const references = await sampleOf(join(folder, "theirs"), [id]);
    const args = ["--predictions", predictions, "--references", references, "--out", out];
    const { code, stderr } = await runCommand("validate", ...args);
    assert.equal(code, 0, stderr);
    const browser = await launch(executable!);
    try {
      const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
      const problems: string[] = [];
      page.on("pageerror", (error) => problems.push(error.message));
      page.on("request", (request) => {
        if (!/^(file|data):/.test(request.url())) problems.push(`asked for ${request.url()}`);
      });
      await page.goto(pathToFileURL(join(out, "validation.html")).href);
      await test(page);
      assert.deepEqual(problems, []);
    } finally {
      await browser.close();
    }
  });
}

/** What of the one case is seen. */
async function seen(page: Page) {
  const figure = page.locator("figure.case");
  return {
    slice: Number(/slice (\d+) of 20/.exec((await figure.locator("output").textContent())!)![1]),
    image: await figure.locator("img").getAttribute("src"),
    outline: await figure.locator("path.reference").getAttribute("d"),
  };
}

Deno.test({
  name: "the page of a validation scrolls a patient's slices by wheel and by slider",
  ignore: !executable,
  fn: () =>
    withPage(async (page) => {
      const stage = page.locator(".stage"), slider = page.locator(".slices input");
      const start = await seen(page);
      await stage.scrollIntoViewIfNeeded();
      await stage.hover();
      const top = await page.evaluate(() => scrollY);
      await page.mouse.wheel(0, 80);
      await page.waitForFunction(
        (slice) => document.querySelector("output")!.textContent!.includes(`slice ${slice + 2} `),
        start.slice,
      );
      const further = await seen(page);
      assert.notEqual(further.image, start.image);
      assert.notEqual(further.outline, start.outline);
      assert.equal(await page.evaluate(() => scrollY), top, "the page itself stays");
      await slider.focus();
      await page.keyboard.press("Home");
      const first = await seen(page);
      await page.keyboard.press("ArrowRight");
      assert.equal((await seen(page)).slice, first.slice + 1);
      const drawn = await page.locator(".stage img").evaluate((image: HTMLImageElement) =>
        image.naturalWidth
      );
      assert.equal(drawn, 256, "the image is one");
    }),
});

Deno.test({
  name: "the page of a validation hides an outline that is not ticked",
  ignore: !executable,
  fn: () =>
    withPage(async (page) => {
      for (const kind of ["reference", "prediction"]) {
        const path = page.locator(`.stage path.${kind}`);
        const shown = () =>
          path.evaluate((element) => getComputedStyle(element).display !== "none");
        assert.equal(await shown(), true);
        await page.locator(`input[data-outline="${kind}"]`).uncheck();
        assert.equal(await shown(), false);
      }
    }),
});
