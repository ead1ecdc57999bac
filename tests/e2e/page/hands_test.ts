/** Slices and window by mouse, finger and keyboard in a real browser. */

/// <reference lib="dom" />

import assert from "node:assert/strict";
import { decode } from "fast-png";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { root } from "../../edge/support/files.ts";
import { startEdge } from "../../edge/support/running_server.ts";
import { findChromium, launch } from "../browser.ts";
import { openPage, outlineAfter, textOf, waitForStatus } from "./open_page.ts";

const executable = findChromium();
if (!executable) console.log("No Chromium was found: the page is not moved through by hand.");

const folder = fileURLToPath(new URL("train/sample/TCGA_HT_7602_19951103", root));

/** The slice that is shown, from 1, once the page has drawn it. */
async function shownSlice(page: Page): Promise<number> {
  await page.evaluate(() =>
    new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
  );
  return parseInt(await textOf(page, "slice-label"));
}

/** The grays of the picture, without its outlines. */
async function grays(page: Page): Promise<number[]> {
  await shownSlice(page);
  const address = await page.locator("#canvas").evaluate((canvas) =>
    (canvas as HTMLCanvasElement).toDataURL()
  );
  const { data, channels } = decode(Uint8Array.fromBase64(address.split(",")[1]));
  return Array.from(data).filter((_, i) => i % channels === 0);
}

async function brightness(page: Page): Promise<number> {
  const values = await grays(page);
  return values.reduce((sum, gray) => sum + gray, 0) / values.length;
}

/** How far the grays of the picture lie apart. */
async function contrast(page: Page): Promise<number> {
  const values = await grays(page), least = (a: number, b: number) => Math.min(a, b);
  return -values.map((gray) => -gray).reduce(least) - values.reduce(least);
}

/** Moves one finger across the picture. */
async function swipe(page: Page, by: number): Promise<void> {
  const box = (await page.locator("#picture").boundingBox())!;
  const client = await page.context().newCDPSession(page);
  const y = box.y + box.height / 2, from = box.x + box.width / 2;
  const send = (type: "touchStart" | "touchMove" | "touchEnd", touchPoints: { x: number }[]) =>
    client.send("Input.dispatchTouchEvent", {
      type,
      touchPoints: touchPoints.map(({ x }) => ({ x, y })),
    });
  await send("touchStart", [{ x: from }]);
  for (let step = 1; step <= 10; step++) await send("touchMove", [{ x: from + by * step / 10 }]);
  await send("touchEnd", []);
}

Deno.test({
  name: "the page is moved through by mouse, finger and keyboard",
  ignore: !executable,
  async fn(t) {
    await using server = await startEdge();
    await using browser = await launch(executable!);
    const { page, problems } = await openPage(browser, server.url, { hasTouch: true });
    await page.setInputFiles("#folder", folder);
    await waitForStatus(page, /^Outlined/);
    const picture = page.locator("#picture"), largest = await shownSlice(page);
    const count = Number((await textOf(page, "slice-label")).split(" ").at(-1));

    await t.step("slices by keys, up to the ends", async () => {
      await picture.focus();
      const press = async (key: string) => {
        await page.keyboard.press(key);
        return await shownSlice(page);
      };
      assert.equal(await press("Home"), 1);
      assert.equal(await press("ArrowDown"), 1);
      assert.equal(await press("ArrowUp"), 2);
      assert.equal(await press("PageUp"), 12);
      assert.equal(await press("End"), count);
      assert.equal(await press("ArrowRight"), count);
      assert.equal(await press("ArrowLeft"), count - 1);
      assert.equal(await press("l"), largest);
    });

    await t.step("to the largest outline by its button", async () => {
      await page.keyboard.press("Home");
      assert.equal(await shownSlice(page), 1);
      await page.getByRole("button", { name: "Largest outline" }).click();
      assert.equal(await shownSlice(page), largest);
    });

    await t.step("slices by wheel", async () => {
      await picture.hover();
      await page.mouse.wheel(0, 80);
      assert.equal(await shownSlice(page), largest + 2);
    });

    await t.step("slices by a finger, sideways", async () => {
      const before = await shownSlice(page);
      await swipe(page, 60);
      const after = await shownSlice(page);
      assert.ok(after > before, `${before} to ${after}`);
      await swipe(page, -120);
      assert.ok(await shownSlice(page) < after);
    });

    await t.step("brighter by a lower level, and back by Reset", async () => {
      const first = await brightness(page), level = await textOf(page, "level-text");
      await page.getByRole("slider", { name: "Level" }).fill("-0.3");
      assert.ok(await brightness(page) > first + 5);
      assert.notEqual(await textOf(page, "level-text"), level);
      await page.getByRole("button", { name: "Reset" }).click();
      assert.equal(await brightness(page), first);
      assert.equal(await textOf(page, "level-text"), level);
    });

    await t.step("with less contrast by a wider window", async () => {
      assert.equal(await contrast(page), 255);
      await page.getByRole("slider", { name: "Window" }).fill("3");
      const wide = await contrast(page);
      assert.ok(wide < 170, `${wide}`);
      await page.getByRole("button", { name: "Reset" }).click();
      assert.equal(await contrast(page), 255);
    });

    await t.step("window and level by dragging the mouse, without leaving the slice", async () => {
      const box = (await picture.boundingBox())!, slice = await shownSlice(page);
      const [width, level] = [await textOf(page, "window-text"), await textOf(page, "level-text")];
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * 0.7, box.y + box.height * 0.3, { steps: 4 });
      await page.mouse.up();
      assert.equal(await shownSlice(page), slice);
      assert.ok(Number(await textOf(page, "window-text")) > Number(width));
      assert.ok(Number(await textOf(page, "level-text")) > Number(level));
    });

    await t.step(
      "at another threshold with the next frame, before all slices are measured",
      async () => {
        await picture.press("l");
        const half = await outlineAfter(page, "threshold", "0.5");
        const [all, sure] = [
          await outlineAfter(page, "threshold", "0.01"),
          await outlineAfter(page, "threshold", "0.99"),
        ];
        assert.equal(new Set([half, all, sure]).size, 3);
        await outlineAfter(page, "threshold", "0.5");
        // Small pieces, which only the whole scan can tell, leave the outline when all slices are measured again.
        await page.locator(`#prediction-outline[d="${half}"]`).waitFor({ state: "attached" });
      },
    );

    await t.step("without any error", () => assert.deepEqual(problems, []));
  },
});
