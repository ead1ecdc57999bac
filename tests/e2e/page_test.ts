/// <reference lib="dom" />

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Browser, Page } from "playwright-core";
import type { SegmentAnswer } from "../../edge/answer.ts";
import { decodeMask } from "../../shared/image/decode.ts";
import { maskToPng } from "../../shared/image/encode_png.ts";
import { maskPath, readBytes, slicePath } from "../edge/support/files.ts";
import { argumentsOfTask, startServer } from "../edge/support/running_server.ts";
import { findChromium, launch } from "./browser.ts";

const executable = findChromium();
if (!executable) console.log("No Chromium was found: the page is not tested in a browser.");

interface DroppedFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

const dropped = async (path: string, type = "image/tiff"): Promise<DroppedFile> => ({
  name: path.split("/").at(-1)!,
  type,
  bytes: await readBytes(path),
});
const slice = await dropped(slicePath), mask = await dropped(maskPath);

/** A page that fails the test for anything that goes wrong in it, or that it asks of another host. */
async function openPage(browser: Browser, url: string, options = {}) {
  const page = await browser.newPage({ viewport: { width: 1240, height: 900 }, ...options });
  const problems: string[] = [], posted: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  page.on("request", (request) => {
    if (!/^(blob:|data:)/.test(request.url()) && !request.url().startsWith(url)) {
      problems.push(`asked for ${request.url()}`);
    }
    if (request.method() !== "GET") posted.push(request.url());
  });
  await page.goto(url);
  await waitForStatus(page, /^Ready/);
  return { page, problems, posted };
}

/** Waits until the page says this of what it is doing. */
async function waitForStatus(page: Page, pattern: RegExp): Promise<void> {
  await page.getByRole("status").filter({ hasText: pattern }).waitFor();
}

/** Drops files on the page as a person would with the mouse. */
async function drop(page: Page, files: readonly DroppedFile[]): Promise<void> {
  const encoded = files.map(({ name, type, bytes }) => ({ name, type, base64: bytes.toBase64() }));
  const transfer = await page.evaluateHandle((list) => {
    const transfer = new DataTransfer();
    for (const { name, type, base64 } of list) {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      transfer.items.add(new File([bytes], name, { type }));
    }
    return transfer;
  }, encoded);
  for (const event of ["dragenter", "dragover", "drop"]) {
    await page.dispatchEvent("#stage", event, { dataTransfer: transfer });
  }
}

const textOf = (page: Page, id: string) => page.locator(`#${id}`).innerText();

async function savedMask(page: Page) {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Save the mask" }).click(),
  ]);
  const bytes = await Deno.readFile(await download.path());
  return { name: download.suggestedFilename(), mask: await decodeMask(bytes) };
}

async function askServer(url: string, { bytes, type }: DroppedFile): Promise<SegmentAnswer> {
  const response = await fetch(`${url}v1/segment`, {
    method: "POST",
    headers: { "Content-Type": type },
    body: bytes as Uint8Array<ArrayBuffer>,
  });
  return await response.json();
}

Deno.test({
  name: "the page outlines slices in a real browser",
  ignore: !executable,
  async fn(t) {
    await using server = await startServer([...await argumentsOfTask("edge"), "--port", "0"]);
    await using browser = await launch(executable!);
    const { url } = server;
    const { page, problems, posted } = await openPage(browser, url);

    await t.step("with the very mask that the server gives, and sends nothing to it", async () => {
      await drop(page, [slice]);
      await waitForStatus(page, /^Outlined/);
      assert.match((await page.locator("#prediction-outline").getAttribute("d"))!, /^M[^]+Z$/);
      const headers = { Accept: "image/png" };
      const body = slice.bytes as Uint8Array<ArrayBuffer>;
      const response = await fetch(`${url}v1/segment`, { method: "POST", headers, body });
      const saved = await savedMask(page);
      assert.equal(saved.name, "TCGA_CS_4943_20000902_17_mask.png");
      assert.deepEqual(saved.mask, await decodeMask(await response.bytes()));
      assert.deepEqual(posted, []);
    });

    await t.step("with area, probability, time and model beside it", async () => {
      const { tumorAreaPixels, meanProbability } = await askServer(url, slice);
      assert.equal(await textOf(page, "area"), `${tumorAreaPixels.toLocaleString("en")} pixels`);
      assert.equal(await textOf(page, "probability"), meanProbability!.toFixed(3));
      assert.match(await textOf(page, "time"), /^\d+ ms$/);
      assert.equal(await textOf(page, "model-name"), "reference 1.0.0");
      assert.equal(await page.locator("#dice-row").isVisible(), false);
      assert.match(
        (await page.locator("#canvas").getAttribute("aria-label"))!,
        /an outline around/,
      );
    });

    await t.step("with Dice where the reference comes too, or after it", async () => {
      await drop(page, [mask]);
      await waitForStatus(page, /^Compared/);
      const alone = await textOf(page, "dice");
      assert.match(alone, /^0\.9\d\d$/);
      await drop(page, [mask, slice]);
      await waitForStatus(page, /^Outlined/);
      assert.equal(await textOf(page, "dice"), alone);
      assert.match((await page.locator("#reference-outline").getAttribute("d"))!, /^M/);
    });

    for (const [extension, type] of [["png", "png"], ["jpg", "jpeg"], ["webp", "webp"]]) {
      await t.step(`from a ${type} as the server does`, async () => {
        const file = await dropped(`tests/fixtures/slice.${extension}`, `image/${type}`);
        await drop(page, [file]);
        await waitForStatus(page, /^(Outlined|No tumor)/);
        const { tumorAreaPixels } = await askServer(url, file);
        assert.equal(await textOf(page, "area"), `${tumorAreaPixels.toLocaleString("en")} pixels`);
      });
    }

    await t.step("by the edge server where that is chosen, with the same mask", async () => {
      await drop(page, [slice]);
      await waitForStatus(page, /^Outlined/);
      const { mask: inBrowser } = await savedMask(page);
      assert.deepEqual(posted, []);
      await Promise.all([
        page.waitForResponse(`${url}v1/segment`),
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
      await alert.filter({ hasText: "notes.txt is not a TIFF, PNG, JPEG or WebP image." })
        .waitFor();
      const blank = maskToPng({ data: new Uint8Array(4), shape: [2, 2] });
      await drop(page, [{ name: "a_mask.png", type: "image/png", bytes: blank }]);
      await alert.filter({ hasText: "must have the slice's size, 256x256; it has 2x2" }).waitFor();
      await drop(page, [slice, slice]);
      await alert.filter({ hasText: "one slice at a time; these are 2" }).waitFor();
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
      assert.equal(await page.locator("#prediction-outline").isVisible(), false);
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
