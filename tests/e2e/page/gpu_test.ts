/** What the page does with a GPU. */

/// <reference lib="dom" />

import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import { writeEightBits } from "../../edge/support/eight_bits.ts";
import { startEdge } from "../../edge/support/running_server.ts";
import { withFolder } from "../../train/support/temporary_folder.ts";
import { findChromium, launch } from "../browser.ts";
import { engineAfterSlice, onGpu, onWasm } from "./badge.ts";
import { savedMask, textOf, waitForStatus } from "./open_page.ts";

const executable = findChromium();
if (!executable) console.log("No Chromium was found: the page is not tried with a GPU.");

/** WebGPU by the processor. */
const softwareWebgpu = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];

/** Whether Chromium has an adapter with these switches, for what a page calls secure: a host of this computer. */
async function hasAdapter(): Promise<boolean> {
  if (!executable) return false;
  await using server = Deno.serve({ port: 0, onListen() {} }, () => new Response());
  await using browser = await launch(executable, softwareWebgpu);
  const page = await browser.newPage();
  await page.goto(`http://localhost:${server.addr.port}/`);
  return await page.evaluate(async () => {
    const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<unknown> } };
    return Boolean(await gpu?.requestAdapter());
  });
}

const adapter = await hasAdapter();
const why = adapter ? "" : " (skipped: Chromium has no WebGPU adapter here)";

/** Has the page take software for a GPU, by what its adapter says of itself and nothing else. */
async function passForGpu(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const { GPUAdapterInfo } = globalThis as unknown as {
      readonly GPUAdapterInfo: { readonly prototype: object };
    };
    Object.defineProperty(GPUAdapterInfo.prototype, "isFallbackAdapter", { get: () => false });
  });
}

/** The mask of the sample slice by a model, and the engine that drew it. */
async function outline(page: Page, address: string) {
  // The server builds the page with the first request for it.
  await page.goto(address, { timeout: 300_000 });
  await waitForStatus(page, /^Ready/);
  const engine = await engineAfterSlice(page);
  const { mask } = await savedMask(page);
  assert.ok(mask.data.includes(1));
  return { engine, mask };
}

Deno.test({
  name:
    `the page runs models in floats on WebGPU, the default as well, with the mask of WASM${why}`,
  ignore: !adapter,
  async fn() {
    await using server = await startEdge();
    await using browser = await launch(executable!, softwareWebgpu);
    const page = await browser.newPage(), full = `${server.url}?model=unet`;
    // Software says of itself that it is none, and counts where it is asked for.
    const small = await outline(page, server.url);
    assert.match(small.engine, onWasm);
    const asked = await outline(page, `${server.url}?engine=webgpu`);
    assert.match(asked.engine, onGpu);
    const wasm = await outline(page, `${full}&engine=wasm`);
    assert.match(wasm.engine, /^WASM, \d+ ms a slice$/);
    // By themselves, as they would on a machine with a GPU.
    await passForGpu(page);
    const [smallOnGpu, fullOnGpu] = [
      await outline(page, server.url),
      await outline(page, full),
    ];
    for (const { engine } of [smallOnGpu, fullOnGpu]) assert.match(engine, onGpu);
    assert.deepEqual([asked.mask, smallOnGpu.mask], [small.mask, small.mask]);
    assert.deepEqual(fullOnGpu.mask, wasm.mask);
  },
});

Deno.test({
  name: `the page runs a model in eight bits on WASM although there is a GPU, and says why${why}`,
  ignore: !adapter,
  async fn() {
    await withFolder(async (folder) => {
      await writeEightBits(folder);
      await using server = await startEdge("--model", folder);
      await using browser = await launch(executable!, softwareWebgpu);
      const page = await browser.newPage();
      await passForGpu(page);
      assert.match(
        (await outline(page, server.url)).engine,
        /^WASM(, \d+ threads)? \(models in eight bits are kept off GPUs\), \d+ ms a slice$/,
      );
      await page.getByRole("combobox", { name: "Model" }).selectOption("preview");
      await page.locator("#model-name").filter({ hasText: "preview" }).waitFor({
        timeout: 300_000,
      });
      await waitForStatus(page, /^Outlined/);
      assert.match(await textOf(page, "engine"), onGpu);
    });
  },
});

Deno.test({
  name:
    `the page goes on with WASM where the engine for GPUs cannot be had, offline as well until it is kept${why}`,
  ignore: !adapter,
  async fn(t) {
    await using server = await startEdge();
    await using browser = await launch(executable!, softwareWebgpu);
    const page = await browser.newPage();
    await passForGpu(page);
    await t.step("as a host lacks it", async () => {
      let asked = 0;
      const context = await browser.newContext({ serviceWorkers: "block" });
      const other = await context.newPage();
      await passForGpu(other);
      await other.route("**/*.asyncify.wasm", (route) => {
        asked++;
        return route.fulfill({ status: 404 });
      });
      assert.match((await outline(other, server.url)).engine, onWasm);
      assert.ok(asked > 0);
      await context.close();
    });

    const visit = async () => {
      const seen = await outline(page, server.url);
      await page.locator("#offline").filter({ hasText: "Works offline" }).waitFor();
      return seen;
    };
    const first = await visit();
    assert.match(first.engine, onGpu);

    await t.step("as there is no network after the first visit", async () => {
      await page.context().setOffline(true);
      const { engine, mask } = await visit();
      assert.match(engine, onWasm);
      assert.deepEqual(mask, first.mask);
    });

    await t.step("but not after the second visit, as it is kept by then", async () => {
      await page.context().setOffline(false);
      assert.match((await visit()).engine, onGpu);
      await page.waitForFunction(() => caches.match("assets/ort-wasm-simd-threaded.asyncify.wasm"));
      await page.context().setOffline(true);
      const { engine, mask } = await visit();
      assert.match(engine, onGpu);
      assert.deepEqual(mask, first.mask);
    });
  },
});

/** Ends the browser's process for graphics, as a driver that fails would. */
async function loseGpu(browser: Browser): Promise<void> {
  const client = await browser.newBrowserCDPSession();
  const { processInfo } = await client.send("SystemInfo.getProcessInfo");
  const { id } = processInfo.find(({ type }) => type === "GPU")!;
  Deno.kill(id, "SIGKILL");
  await client.detach();
}

/** The mask of a sample slice that is opened after another, whose Dice is another, and its own Dice. */
async function outlineNext(page: Page, sample: string) {
  const before = await textOf(page, "dice");
  await page.getByRole("button", { name: sample }).click();
  await page.waitForFunction(
    (before) => {
      const [dice, error] = ["dice", "error"].map((id) => document.getElementById(id)!);
      return !error.hidden || (/^0\./.test(dice.innerText) && dice.innerText !== before);
    },
    before,
    { timeout: 300_000 },
  );
  assert.deepEqual(await page.getByRole("alert").allInnerTexts(), []);
  return { dice: await textOf(page, "dice"), ...await savedMask(page) };
}

Deno.test({
  name: `the page goes on, with the same mask, where the GPU is taken away, also for good${why}`,
  ignore: !adapter,
  async fn() {
    await using server = await startEdge();
    await using browser = await launch(executable!, softwareWebgpu);
    const page = await browser.newPage();
    await passForGpu(page);
    const samples = ["DU 5855, slice 18", "CS 4943, slice 17"];
    assert.match((await outline(page, server.url)).engine, onGpu);
    const expected = [await outlineNext(page, samples[0]), await outlineNext(page, samples[1])];
    // After a few times the browser has none any more.
    for (let times = 0; times < 4 && !onWasm.test(await textOf(page, "engine")); times++) {
      await loseGpu(browser);
      const masks = [await outlineNext(page, samples[0]), await outlineNext(page, samples[1])];
      assert.deepEqual(masks, expected);
    }
    assert.match(await textOf(page, "engine"), onWasm);
  },
});
