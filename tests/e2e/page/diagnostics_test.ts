/** Diagnostics of the page, as a person copies them. */

/// <reference lib="dom" />

import assert from "node:assert/strict";
import { slicePath } from "../../edge/support/files.ts";
import { startEdge } from "../../edge/support/running_server.ts";
import { findChromium, launch } from "../browser.ts";
import { drop, dropped, openPage, textOf, waitForStatus } from "./open_page.ts";

const executable = findChromium();
if (!executable) console.log("No Chromium was found: diagnostics of the page are not copied.");

Deno.test({
  name: "the page copies diagnostics, without names of files or patients",
  ignore: !executable,
  async fn() {
    await using server = await startEdge();
    await using browser = await launch(executable!);
    const permissions = ["clipboard-read", "clipboard-write"];
    const { page, problems } = await openPage(browser, server.url, { permissions });
    await drop(page, [await dropped(slicePath)]);
    await waitForStatus(page, /^Outlined/);
    // The word stands for two seconds, which a busy machine may miss.
    await page.clock.install();
    await page.clock.pauseAt(Date.now() + 60_000);
    await page.getByRole("button", { name: "Copy diagnostics" }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    await page.clock.fastForward(2000);
    await page.getByRole("button", { name: "Copy diagnostics" }).waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    const engine = (await textOf(page, "engine")).replace(/, \d+ ms a slice/, "");
    assert.ok(copied.includes(`\nModel: ${await textOf(page, "model-name")}\n`), copied);
    assert.ok(copied.includes(`\nEngine: ${engine}\n`), copied);
    assert.match(copied, /\nStart: \d+ ms\n/);
    assert.match(copied, /\nSlices: 1 done, \d+ \/ \d+ \/ \d+ ms/);
    assert.match(copied, /\nScan: 1x256x256, channels: 3\n/);
    assert.match(copied, /\nBrowser: Mozilla.*Chrom/);
    assert.doesNotMatch(copied, /TCGA|4943|\.tif/);
    assert.deepEqual(problems, []);
  },
});

Deno.test({
  name: "the page shows diagnostics to be copied by hand where the clipboard is closed",
  ignore: !executable,
  async fn() {
    await using server = await startEdge();
    await using browser = await launch(executable!);
    const { page } = await openPage(browser, server.url);
    await page.evaluate(() => {
      navigator.clipboard.writeText = () => Promise.reject(new DOMException("denied"));
    });
    await page.getByRole("button", { name: "Copy diagnostics" }).click();
    const shown = page.getByRole("textbox", { name: "Diagnostics" });
    await shown.waitFor();
    assert.match(await shown.inputValue(), /^Gliomap page\nModel: preview/);
  },
});
