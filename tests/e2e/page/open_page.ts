/** The page in a real browser, with a person's hands: what is dropped, pressed and read. */

/// <reference lib="dom" />

import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import { decodeMask } from "../../../shared/image/decode.ts";
import { readBytes } from "../../edge/support/files.ts";

/** A file as a person drops it. */
export interface DroppedFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** A file of the repository. */
export async function dropped(path: string, type = "image/tiff"): Promise<DroppedFile> {
  return { name: path.split("/").at(-1)!, type, bytes: await readBytes(path) };
}

/** A page, with what went wrong in it, what it asked other hosts for, and what it sent anywhere. */
export interface OpenedPage {
  readonly page: Page;
  readonly problems: readonly string[];
  readonly posted: readonly string[];
}

/** Opens the page and waits until its model is ready. */
export async function openPage(browser: Browser, url: string, options = {}): Promise<OpenedPage> {
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
  // The server builds the page with the first request for it.
  await page.goto(url, { timeout: 300_000 });
  await waitForStatus(page, /^Ready/);
  return { page, problems, posted };
}

/** Opens the page with another model than the default: one that takes its time, say. */
export async function useModel(page: Page, name: string): Promise<void> {
  await page.goto(`${page.url()}?model=${name}`);
  await waitForStatus(page, /^Ready/);
}

/** Waits until the page says this of what it is doing; the machine may be slow, so for long. */
export async function waitForStatus(page: Page, pattern: RegExp): Promise<void> {
  await page.getByRole("status").filter({ hasText: pattern }).waitFor({ timeout: 300_000 });
}

/** Drops files on the page as a person would with the mouse. */
export async function drop(page: Page, files: readonly DroppedFile[]): Promise<void> {
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

/** Drops a folder of this computer on the page, which a page cannot do by itself. */
export async function dropFolder(page: Page, folder: string): Promise<void> {
  const client = await page.context().newCDPSession(page);
  const box = (await page.locator("#stage").boundingBox())!;
  const place = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const) {
    const data = { items: [], files: [folder], dragOperationsMask: 1 };
    await client.send("Input.dispatchDragEvent", { type, ...place, data });
  }
}

/** Chooses files in the browser's dialog, which hides none of them: DICOM files may have no extension. */
export async function chooseFiles(page: Page, paths: string[]): Promise<void> {
  const opened = page.waitForEvent("filechooser");
  await page.getByText("Open files", { exact: true }).click();
  const dialog = await opened;
  assert.equal(await dialog.element().getAttribute("accept"), null);
  await dialog.setFiles(paths);
}

/** The text of an element. */
export const textOf = (page: Page, id: string) => page.locator(`#${id}`).innerText();

/** Moves a slider and gives what the next frame draws of the outline. */
export function outlineAfter(page: Page, slider: string, value: string): Promise<string> {
  return page.evaluate(async ([id, value]) => {
    const input = document.getElementById(id) as HTMLInputElement;
    input.value = value;
    input.dispatchEvent(new Event("input"));
    // What is drawn before this frame is seen with it.
    await new Promise((resolve) => requestAnimationFrame(resolve));
    return document.getElementById("prediction-outline")!.getAttribute("d")!;
  }, [slider, value]);
}

/** Presses a button that saves a file. */
export async function save(page: Page, button: string) {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: button }).click(),
  ]);
  return { name: download.suggestedFilename(), bytes: await Deno.readFile(await download.path()) };
}

/** The mask of the slice that is shown, by way of its file. */
export async function savedMask(page: Page) {
  const { name, bytes } = await save(page, "Mask as PNG");
  return { name, mask: await decodeMask(bytes) };
}
