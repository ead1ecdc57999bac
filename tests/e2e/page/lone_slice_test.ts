/** A lone slice in the page, from every image format, and by both places that compute. */

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { SegmentAnswer } from "../../../edge/answer.ts";
import { volumeDice } from "../../../shared/dice.ts";
import { decodeImage, decodeMask } from "../../../shared/image/decode.ts";
import { encodePng, maskToPng } from "../../../shared/image/encode_png.ts";
import { maskPath, slicePath } from "../../edge/support/files.ts";
import { startEdge } from "../../edge/support/running_server.ts";
import { findChromium, launch } from "../browser.ts";
import {
  drop,
  dropped,
  type DroppedFile,
  openPage,
  savedMask,
  textOf,
  waitForStatus,
} from "./open_page.ts";
import { sliceOfServer } from "./server_masks.ts";

const executable = findChromium();
if (!executable) console.log("No Chromium was found: the page is not tested in a browser.");

const slice = await dropped(slicePath), mask = await dropped(maskPath);

async function askServer(url: string, { bytes, type }: DroppedFile): Promise<SegmentAnswer> {
  const response = await fetch(`${url}v1/segment`, {
    method: "POST",
    headers: { "Content-Type": type },
    body: bytes as Uint8Array<ArrayBuffer>,
  });
  return await response.json();
}

Deno.test({
  name: "the page outlines a lone slice in a real browser",
  ignore: !executable,
  async fn(t) {
    await using server = await startEdge();
    await using browser = await launch(executable!);
    const { url } = server;
    const { page, problems, posted } = await openPage(browser, url);

    await t.step("with the very mask that the server gives, and sends nothing to it", async () => {
      await drop(page, [slice]);
      await waitForStatus(page, /^Outlined/);
      assert.match((await page.locator("#prediction-outline").getAttribute("d"))!, /^M[^]+Z$/);
      const saved = await savedMask(page);
      assert.equal(saved.name, "TCGA_CS_4943_20000902_17_mask.png");
      assert.deepEqual(saved.mask, await sliceOfServer(url, slice.bytes));
      assert.deepEqual(posted, []);
      assert.equal(await textOf(page, "place-help"), "Nothing leaves this computer.");
    });

    await t.step("with area, probability, time and model beside it", async () => {
      const { tumorAreaPixels, meanProbability } = await askServer(url, slice);
      assert.equal(await textOf(page, "area"), `${tumorAreaPixels.toLocaleString("en")} pixels`);
      assert.equal(await textOf(page, "probability"), meanProbability!.toFixed(3));
      const cores = await page.evaluate(() => navigator.hardwareConcurrency);
      const threads = cores > 1 ? `, ${Math.min(cores, 8)} threads` : "";
      assert.match(
        await textOf(page, "engine"),
        new RegExp(`^WASM${threads}, \\d+ ms a slice$`),
      );
      assert.match(await textOf(page, "model-name"), /^preview \d/);
      assert.equal(await page.locator("#dice-row").isVisible(), false);
      assert.equal(await page.locator("#dice-help").isVisible(), false);
      assert.match(
        (await page.locator("#canvas").getAttribute("aria-label"))!,
        /an outline around/,
      );
    });

    await t.step("with Dice where the reference comes too, or after it", async () => {
      await drop(page, [mask]);
      await waitForStatus(page, /^Compared/);
      const alone = await textOf(page, "dice");
      const { mask: predicted } = await savedMask(page);
      const dice = volumeDice(predicted, await decodeMask(mask.bytes));
      assert.ok(dice > 0.9);
      assert.equal(alone, dice.toFixed(3));
      await drop(page, [mask, slice]);
      await waitForStatus(page, /^Outlined/);
      assert.equal(await textOf(page, "dice"), alone);
      assert.match(await textOf(page, "dice-help"), /^Dice says .* 1 is the same/);
      assert.match((await page.locator("#reference-outline").getAttribute("d"))!, /^M/);
    });

    for (const [extension, type] of [["png", "png"], ["jpg", "jpeg"], ["webp", "webp"]]) {
      await t.step(`from a ${type} as the server does`, async () => {
        const file = await dropped(`tests/fixtures/slice.${extension}`, `image/${type}`);
        await drop(page, [file]);
        await waitForStatus(page, /^Outlined/);
        const { mask } = await savedMask(page);
        assert.ok(mask.data.includes(1));
        assert.deepEqual(mask, await sliceOfServer(url, file.bytes));
      });
    }

    await t.step(
      "with the warnings of the edge, of what is black, unlike other slices, or one picture three times",
      async () => {
        assert.equal(await page.locator("#notes").isVisible(), false);
        const { data, ...size } = await decodeImage(slice.bytes);
        for (
          const [change, warning] of [
            [() => 0, /FLAIR is constant/],
            [(value: number) => 255 - value, /FLAIR is unlike what the model was trained on/],
            [
              (_: number, index: number) => data[index - index % 3 + 1],
              /All channels are the same picture/,
            ],
          ] as const
        ) {
          const bytes = encodePng({ ...size, data: Uint8Array.from(data, change) });
          const file = { name: "changed.png", type: "image/png", bytes };
          await drop(page, [file]);
          await waitForStatus(page, /^(Outlined|Nothing was found)/);
          const { warnings } = await askServer(url, file);
          assert.match(warnings.join(), warning);
          assert.equal(await textOf(page, "notes"), warnings.join(" "));
        }
      },
    );

    await t.step("by the edge server where that is chosen, with the same mask", async () => {
      await drop(page, [slice]);
      await waitForStatus(page, /^Outlined/);
      const { mask: inBrowser } = await savedMask(page);
      assert.deepEqual(posted, []);
      await Promise.all([
        page.waitForResponse(`${url}v1/segment?model=preview`),
        page.getByText("Edge server", { exact: true }).click(),
      ]);
      await waitForStatus(page, /^Outlined/);
      assert.match(await textOf(page, "place-help"), /is sent to the server/);
      assert.deepEqual((await savedMask(page)).mask, inBrowser);
      await page.getByText("This browser", { exact: true }).click();
      await waitForStatus(page, /^Outlined/);
      assert.equal(posted.length, 1);
    });

    await t.step("and says kindly what is no image", async () => {
      const bytes = new TextEncoder().encode("hello");
      await drop(page, [{ name: "notes.txt", type: "text/plain", bytes }]);
      const alert = page.getByRole("alert");
      await alert.filter({ hasText: "notes.txt is no scan that can be read" })
        .waitFor();
      const blank = maskToPng({ data: new Uint8Array(4), shape: [2, 2] });
      await drop(page, [{ name: "a_mask.png", type: "image/png", bytes: blank }]);
      await alert.filter({ hasText: "must have the scan's size, 256x256; it has 2x2" }).waitFor();
      const other = await dropped("train/sample/TCGA_HT_7602_19951103/TCGA_HT_7602_19951103_9.tif");
      await drop(page, [slice, other]);
      await alert.filter({ hasText: "These are slices of 2 patients" }).waitFor();
      await page.setInputFiles("#file", {
        name: "again.tif",
        mimeType: "image/tiff",
        buffer: Buffer.from(slice.bytes),
      });
      await waitForStatus(page, /^Outlined/);
      assert.equal(await alert.isVisible(), false);
    });

    await t.step("for a person who has only a keyboard", async () => {
      await page.reload();
      await waitForStatus(page, /^Ready/);
      await page.keyboard.press("Tab");
      assert.equal(await page.evaluate(() => document.activeElement?.id), "file");
      const sample = page.getByRole("button", { name: /slice \d+/ }).first();
      await sample.focus();
      await page.keyboard.press("Enter");
      await waitForStatus(page, /^Outlined/);
      await page.getByRole("radio", { name: "FLAIR" }).focus();
      await page.keyboard.press("ArrowRight");
      assert.equal(await page.getByRole("radio", { name: "Pre-contrast" }).isChecked(), true);
      await page.getByRole("checkbox", { name: "Prediction" }).focus();
      await page.keyboard.press("Space");
      await page.locator("#prediction-outline").waitFor({ state: "hidden" });
    });

    await t.step("on a telephone, without scrolling sideways, in the dark", async () => {
      const viewport = { width: 390, height: 844 };
      const narrow = await openPage(browser, url, { viewport, colorScheme: "dark" });
      await narrow.page.getByRole("button", { name: /slice \d+/ }).first().click();
      await waitForStatus(narrow.page, /^Outlined/);
      const width = await narrow.page.evaluate(() => document.documentElement.scrollWidth);
      assert.equal(width, 390);
      assert.ok(await narrow.page.getByText("Not for clinical use", { exact: true }).isVisible());
      assert.deepEqual(narrow.problems, []);
    });

    await t.step("without any error or request to another host", () => {
      assert.deepEqual(problems, []);
    });
  },
});
