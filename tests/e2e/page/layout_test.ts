/** Where the page has what: the picture stays in sight while it is worked with, and samples are where one looks first. */

/// <reference lib="dom" />

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { root } from "../../edge/support/files.ts";
import { startEdge } from "../../edge/support/running_server.ts";
import { findChromium, launch } from "../browser.ts";
import { openPage, waitForStatus } from "./open_page.ts";

const executable = findChromium();
if (!executable) console.log("No Chromium was found: the page's layout is not looked at.");

const folder = fileURLToPath(new URL("train/sample/TCGA_HT_7602_19951103", root));
const laptop = { width: 1366, height: 768 }, phone = { width: 390, height: 844 };
const tablet = { width: 800, height: 1100 }, smallPhone = { width: 320, height: 640 };

/** How much of an element's height is in sight, from 0 to 1. */
function inSight(page: Page, selector: string): Promise<number> {
  return page.locator(selector).evaluate((element) => {
    const { top, bottom, height } = element.getBoundingClientRect();
    return Math.max(0, Math.min(bottom, innerHeight) - Math.max(top, 0)) / height;
  });
}

/** Whether what is seen in an element's middle is the element, or in it. */
function isUncovered(page: Page, selector: string): Promise<boolean> {
  return page.locator(selector).evaluate((element) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    return element.contains(document.elementFromPoint(left + width / 2, top + height / 2));
  });
}

/** A sample, controls that change the picture, and the last of the page. */
const controls = [
  "#samples li:first-child button",
  "#level",
  "#threshold",
  "#show-prediction",
  "#copy-diagnostics",
];

Deno.test({
  name: "the page keeps its picture in sight while a person works with it",
  ignore: !executable,
  async fn(t) {
    await using server = await startEdge();
    await using browser = await launch(executable!);
    for (const [name, viewport] of [["laptop", laptop], ["telephone", phone]] as const) {
      await t.step(`on a ${name}`, async () => {
        const { page } = await openPage(browser, server.url, { viewport });
        await page.setInputFiles("#folder", folder);
        await waitForStatus(page, /^Outlined/);
        // Downwards, and back up, where what is over the panel could hide it.
        for (const control of [...controls, ...controls.toReversed()]) {
          await page.locator(control).focus();
          assert.ok(await inSight(page, control) > 0.7, `${control} is out of sight`);
          assert.ok(await isUncovered(page, control), `${control} is covered`);
          assert.ok(await inSight(page, "#picture") > 0.9, `no picture beside ${control}`);
        }
        await page.close();
      });
    }

    for (const viewport of [tablet, phone, smallPhone]) {
      await t.step(`as wide as the page, and whole, ${viewport.width} pixels wide`, async () => {
        const { page } = await openPage(browser, server.url, { viewport });
        const [stage, drop] = await Promise.all(
          ["stage", "drop"].map(async (id) => (await page.locator(`#${id}`).boundingBox())!),
        );
        for (const id of [".drop svg", "#file-help"]) {
          const { y, height } = (await page.locator(id).boundingBox())!;
          assert.ok(y > drop.y && y + height < drop.y + drop.height, `${id} sticks out`);
        }
        const samples = (await page.locator("#samples").boundingBox())!;
        assert.deepEqual([stage.x, stage.width], [samples.x, samples.width]);
        await page.setInputFiles("#folder", folder);
        await waitForStatus(page, /^Outlined/);
        const filled = (await page.locator("#stage").boundingBox())!;
        assert.equal(filled.width, samples.width);
        assert.ok(filled.height < viewport.height * 0.6, `${filled.height}`);
        assert.equal(await inSight(page, "#status"), 1);
        await page.close();
      });
    }

    await t.step("with samples in sight before anything is opened, in a row", async () => {
      const { page } = await openPage(browser, server.url, { viewport: phone });
      const boxes = await page.locator("#samples button").evaluateAll((buttons) =>
        buttons.map((button) => button.getBoundingClientRect().toJSON())
      );
      assert.equal(boxes.length, 4);
      assert.deepEqual(new Set(boxes.map(({ top }) => top)).size, 1);
      for (const { bottom } of boxes) assert.ok(bottom <= phone.height, `${bottom}`);
      await page.close();
    });
  },
});
