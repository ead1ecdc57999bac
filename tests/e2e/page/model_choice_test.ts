/** Another model in the page: chosen by hand, by address, and without a network. */

/// <reference lib="dom" />

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { readModel, writeModel } from "../../../train/export/model_folder.ts";
import { root, slicePath } from "../../edge/support/files.ts";
import { startEdge } from "../../edge/support/running_server.ts";
import { withFolder } from "../../train/support/temporary_folder.ts";
import { findChromium, launch } from "../browser.ts";
import { drop, dropped, openPage, savedMask, textOf, waitForStatus } from "./open_page.ts";
import { sliceOfServer } from "./server_masks.ts";

const executable = findChromium();
if (!executable) console.log("No Chromium was found: models are not chosen in the page.");

const models = (page: Page) => page.getByRole("combobox", { name: "Model" });

const slice = await dropped(slicePath);

/** Chooses a model and waits until the open slice is outlined by it. */
async function choose(page: Page, name: string): Promise<void> {
  await models(page).selectOption(name);
  await page.locator("#model-name").filter({ hasText: name }).waitFor({ timeout: 300_000 });
  await waitForStatus(page, /^Outlined/);
}

Deno.test({
  name: "the page runs the model that a person chooses",
  ignore: !executable,
  async fn(t) {
    await using server = await startEdge();
    await using browser = await launch(executable!);
    const { url } = server;
    const { page, problems, posted } = await openPage(browser, url);
    const downloaded: string[] = [];
    page.on("request", (request) => {
      const [, name] = /models\/(\w+)\/model\.onnx/.exec(request.url()) ?? [];
      if (name) downloaded.push(name);
    });
    await drop(page, [slice]);
    await waitForStatus(page, /^Outlined/);

    await t.step("from a list that says how good and how large each is", async () => {
      const { models: cards } = await (await fetch(`${url}v1/models`)).json();
      const options = await models(page).locator("option").allTextContents();
      assert.equal(options.length, cards.length);
      for (const [index, { name, card }] of cards.entries()) {
        const { size } = await Deno.stat(new URL(`edge/models/${name}/model.onnx`, root));
        const [text, dice, megabytes] = options[index].split(/: Dice |, /);
        assert.equal(text, name);
        assert.match(dice, /^0\.\d\d$/);
        assert.ok(Math.abs(Number(dice) - card.evaluation[0].meanVolumeDice) <= 0.005 + 1e-9);
        assert.equal(megabytes, `${(size / 1e6).toFixed(1)} MB`);
      }
      assert.equal(await models(page).inputValue(), "preview");
      assert.deepEqual(downloaded, []);
    });

    await t.step("by the keyboard, with the very mask that the server gives", async () => {
      await models(page).focus();
      await page.keyboard.type("unet");
      await page.locator("#model-name").filter({ hasText: "unet" }).waitFor({ timeout: 300_000 });
      await waitForStatus(page, /^Outlined/);
      assert.deepEqual(downloaded, ["unet"]);
      assert.deepEqual((await savedMask(page)).mask, await sliceOfServer(url, slice.bytes, "unet"));
      assert.match(await textOf(page, "engine"), /^WASM(, \d+ threads)?, \d+ ms a slice$/);
    });

    await t.step("also where it wants the open scan scaled in another way", async () => {
      await choose(page, "reference");
      assert.deepEqual(
        (await savedMask(page)).mask,
        await sliceOfServer(url, slice.bytes, "reference"),
      );
      assert.deepEqual(posted, []);
    });

    await t.step("on the edge as well, where that is to compute", async () => {
      const { mask } = await savedMask(page);
      await page.getByText("Edge server", { exact: true }).click();
      await waitForStatus(page, /^Outlined/);
      assert.deepEqual(posted, [`${url}v1/segment?model=reference`]);
      assert.deepEqual((await savedMask(page)).mask, mask);
      await page.getByText("This browser", { exact: true }).click();
      await waitForStatus(page, /^Outlined/);
    });

    await t.step("and the last one where several are chosen in a row", async () => {
      await models(page).selectOption("unet");
      await choose(page, "preview");
      assert.equal(new URL(page.url()).search, "");
      assert.deepEqual(
        (await savedMask(page)).mask,
        await sliceOfServer(url, slice.bytes, "preview"),
      );
    });

    await t.step("without any error", () => assert.deepEqual(problems, []));
  },
});

/** The model `preview` under another name and with another threshold: all that ship have the same. */
async function writeCareful(folder: string, threshold: number): Promise<void> {
  const { card, onnx } = await readModel(fileURLToPath(new URL("edge/models/preview", root)));
  await writeModel(folder, { card: { ...card, name: "careful", threshold }, onnx });
}

Deno.test({
  name: "the page outlines at the threshold of the model's card, and shows it",
  ignore: !executable,
  fn: () =>
    withFolder(async (folder) => {
      await writeCareful(folder, 0.6);
      await using server = await startEdge("--model", folder);
      await using browser = await launch(executable!);
      const { page } = await openPage(browser, server.url);
      const shown = async () => [
        await page.getByRole("slider", { name: "Threshold" }).inputValue(),
        await textOf(page, "threshold-text"),
      ];
      await drop(page, [slice]);
      await waitForStatus(page, /^Outlined/);
      assert.deepEqual(await shown(), ["0.6", "0.60"]);
      const { mask } = await savedMask(page);
      assert.deepEqual(mask, await sliceOfServer(server.url, slice.bytes, "careful"));
      await choose(page, "preview");
      assert.deepEqual(await shown(), ["0.5", "0.50"]);
      assert.notDeepEqual((await savedMask(page)).mask, mask);
      await choose(page, "careful");
      assert.deepEqual(await shown(), ["0.6", "0.60"]);
    }),
});

Deno.test({
  name:
    "the page keeps the model in its address, and those once loaded for when there is no network",
  ignore: !executable,
  async fn(t) {
    await using server = await startEdge();
    await using browser = await launch(executable!);
    const address = `${server.url}?model=unet`;
    const { page } = await openPage(browser, address);
    const sample = page.getByRole("button", { name: "CS 4943, slice 17" });
    await sample.click();
    await waitForStatus(page, /^Outlined/);
    const online = await savedMask(page);

    await t.step("and opens with the one that the address names", async () => {
      assert.match(await textOf(page, "model-name"), /^unet \d/);
      assert.equal(await models(page).inputValue(), "unet");
      await choose(page, "preview");
      assert.equal(page.url(), server.url);
      await choose(page, "unet");
      assert.equal(page.url(), address);
      await page.locator("#offline").filter({ hasText: "Works offline" }).waitFor();
    });

    await t.step("and says so where there is none of that name", async () => {
      await page.goto(`${server.url}?model=third`);
      await waitForStatus(page, /^Ready/);
      await page.getByRole("alert").filter({ hasText: "There is no model third here" }).waitFor();
      assert.equal(await models(page).inputValue(), "preview");
      assert.equal(page.url(), server.url);
    });

    await t.step("offline, with the same mask", async () => {
      await page.context().setOffline(true);
      await server.stop("SIGKILL");
      await page.goto(address);
      await waitForStatus(page, /^Ready/);
      await sample.click();
      await waitForStatus(page, /^Outlined/);
      assert.deepEqual(await savedMask(page), online);
      await choose(page, "preview");
    });

    await t.step("and stays with the one in use where another was never loaded", async () => {
      await models(page).selectOption("reference");
      await page.getByRole("alert").filter({ hasText: "this browser has not kept it" }).waitFor();
      await waitForStatus(page, /^The model reference could not be loaded/);
      assert.equal(await models(page).inputValue(), "preview");
      await sample.click();
      await waitForStatus(page, /^Outlined/);
    });
  },
});

Deno.test({
  name: "the page's next version takes over the models that were kept and have not changed",
  ignore: !executable,
  async fn() {
    const first = await startEdge();
    await using browser = await launch(executable!);
    const { page } = await openPage(browser, first.url);
    await page.locator("#offline").filter({ hasText: "Works offline" }).waitFor();
    const version = () => page.evaluate(async () => (await caches.keys()).join());
    const before = await version();
    await first.stop("SIGKILL");
    // Another default makes another version, which keeps the first one's only once it has been used.
    await using second = await startEdge("--port", new URL(first.url).port, "--model", "unet");
    await page.goto(second.url, { timeout: 300_000 });
    await waitForStatus(page, /^Ready/);
    // A browser looks for a new version when it has time; it is not waited for.
    await page.evaluate(async () => void await (await navigator.serviceWorker.ready).update());
    while ((await version()).includes(before)) {
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    assert.match(await version(), /^gliomap /);
    await page.context().setOffline(true);
    await second.stop("SIGKILL");
    await page.goto(second.url);
    await waitForStatus(page, /^Ready/);
    assert.match(await textOf(page, "model-name"), /^unet/);
    await page.getByRole("button", { name: "CS 4943, slice 17" }).click();
    await waitForStatus(page, /^Outlined/);
    await choose(page, "preview");
  },
});
