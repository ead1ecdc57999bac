/** What a person sees of a slice and its outline: threshold, fill, heat map, sequence, and the picture that is saved. */

/// <reference lib="dom" />

import assert from "node:assert/strict";
import { decode } from "fast-png";
import type { Page } from "playwright-core";
import { maskPath, slicePath } from "../../edge/support/files.ts";
import { startEdge } from "../../edge/support/running_server.ts";
import { findChromium, launch } from "../browser.ts";
import {
  drop,
  dropped,
  openPage,
  outlineAfter,
  save,
  savedMask,
  textOf,
  waitForStatus,
} from "./open_page.ts";

const executable = findChromium();
if (!executable) console.log("No Chromium was found: the page's views are not tried.");

/** The pixels of a canvas: red, green, blue and, where any of them is not opaque, opacity. */
async function pixelsOf(page: Page, id: string) {
  const address = await page.locator(`#${id}`).evaluate((canvas: HTMLCanvasElement) =>
    canvas.toDataURL()
  );
  return decode(Uint8Array.fromBase64(address.split(",")[1]));
}

/** How many pixels of a PNG have the color of the prediction, and of the reference. */
function colorsOf(png: Uint8Array): { red: number; green: number } {
  const { data, channels } = decode(png);
  let red = 0, green = 0;
  for (let i = 0; i < data.length; i += channels) {
    const [r, g, b] = data.subarray(i, i + 3);
    if (r > 200 && g < 130 && b < 120) red++;
    if (g > 180 && r < 110 && b < 170) green++;
  }
  return { red, green };
}

const frame = (page: Page) =>
  page.evaluate(() =>
    new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
  );

/** The area that the page tells, once it is that of the mask it saves. */
async function measuredArea(page: Page): Promise<number> {
  const { mask } = await savedMask(page);
  const area = mask.data.reduce((sum, value) => sum + value, 0);
  await page.locator("#area").filter({ hasText: `${area.toLocaleString("en")} pixels` }).waitFor();
  return area;
}

Deno.test({
  name: "the page shows an outline as a person wants to see it",
  ignore: !executable,
  async fn(t) {
    await using server = await startEdge();
    await using browser = await launch(executable!);
    const { page, problems } = await openPage(browser, server.url);
    await drop(page, [await dropped(slicePath)]);
    await waitForStatus(page, /^Outlined/);

    await t.step("at another threshold with the next frame, and measured at it", async () => {
      const areas: number[] = [], paths = new Set<string>();
      for (const value of ["0.01", "0.5", "0.99"]) {
        paths.add(await outlineAfter(page, "threshold", value));
        assert.equal(await textOf(page, "threshold-text"), Number(value).toFixed(2));
        areas.push(await measuredArea(page));
      }
      assert.equal(paths.size, 3);
      assert.ok(areas[0] > areas[1] && areas[1] > areas[2] && areas[2] > 0, areas.join());
      await outlineAfter(page, "threshold", "0.5");
    });

    await t.step("filled, as opaque as the slider says with the next frame", async () => {
      const fill = () =>
        page.locator("#prediction-outline").evaluate((path) =>
          Number(getComputedStyle(path).fillOpacity)
        );
      assert.equal(await page.getByRole("slider", { name: "Opacity" }).isDisabled(), true);
      assert.equal(await fill(), 0);
      await page.getByText("Fill", { exact: true }).click();
      for (const value of ["0.8", "0.2"]) {
        await outlineAfter(page, "opacity", value);
        assert.equal(await fill(), Number(value));
      }
    });

    await t.step("as a heat map of the probabilities, hot inside the outline", async () => {
      await frame(page);
      assert.ok((await pixelsOf(page, "heat")).data.every((value) => value === 0));
      await page.getByText("Heat map", { exact: true }).click();
      await frame(page);
      const { data: heat } = await pixelsOf(page, "heat");
      const { mask: { data } } = await savedMask(page);
      const brightness = [0, 1].map((side) => {
        const inside = [...data.keys()].filter((pixel) => data[pixel] === side);
        return inside.reduce((sum, pixel) => sum + heat[4 * pixel], 0) / inside.length;
      });
      assert.ok(brightness[1] > 150 && brightness[0] < 20, brightness.join());
      assert.ok(data.every((tumor, pixel) => tumor === 0 || heat[4 * pixel + 3] > 0));
      for (const value of ["0.9", "0.35"]) {
        await outlineAfter(page, "opacity", value);
        const opacity = page.locator("#heat").evaluate((canvas) =>
          getComputedStyle(canvas).opacity
        );
        assert.equal(await opacity, value);
      }
    });

    await t.step("over each sequence", async () => {
      const seen = new Set<string>();
      for (const name of ["FLAIR", "Pre-contrast", "Post-contrast", "All as color"]) {
        await page.getByText(name, { exact: true }).click();
        await frame(page);
        const { data, channels } = await pixelsOf(page, "canvas");
        const gray = data.every((value, i) =>
          i % channels === 3 || value === data[i - i % channels]
        );
        assert.equal(gray, name !== "All as color", name);
        seen.add(data.join());
      }
      assert.equal(seen.size, 4);
    });

    await t.step("in red, and in green what it is compared with", async () => {
      await page.getByText("Contour", { exact: true }).click();
      await page.getByText("FLAIR", { exact: true }).click();
      await frame(page);
      const alone = colorsOf(await page.locator("#picture").screenshot());
      assert.ok(alone.red > 200 && alone.green === 0, JSON.stringify(alone));
      await drop(page, [await dropped(maskPath)]);
      await waitForStatus(page, /^Compared/);
      const both = colorsOf(await page.locator("#picture").screenshot());
      assert.ok(both.red > 200 && both.green > 50, JSON.stringify(both));
      await page.getByRole("checkbox", { name: "Prediction" }).uncheck();
      await frame(page);
      const reference = colorsOf(await page.locator("#picture").screenshot());
      assert.ok(reference.red === 0 && reference.green > 200, JSON.stringify(reference));
      await page.getByRole("checkbox", { name: "Prediction" }).check();
      await frame(page);
    });

    await t.step("and saves the picture with it", async () => {
      const { name, bytes } = await save(page, "Picture");
      assert.equal(name, "TCGA_CS_4943_20000902_17.png");
      const { width, height } = decode(bytes);
      assert.equal(width, 1024);
      assert.ok(height > 1024, "words stand under the picture");
      const { red, green } = colorsOf(bytes);
      assert.ok(red > 500 && green > 100, `${red} red pixels, ${green} green ones`);
    });

    await t.step("without any error", () => assert.deepEqual(problems, []));
  },
});
