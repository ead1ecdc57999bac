/** Which engine the page takes where there is a GPU, and where there is none. */

/// <reference lib="dom" />

import assert from "node:assert/strict";
import type { Browser, Page, Route } from "playwright-core";
import { writeEightBits } from "../../edge/support/eight_bits.ts";
import { startEdge } from "../../edge/support/running_server.ts";
import { withFolder } from "../../train/support/temporary_folder.ts";
import { findChromium, launch } from "../browser.ts";
import { savedMask, textOf, waitForStatus } from "./open_page.ts";

const executable = findChromium();
if (!executable) console.log("No Chromium was found: the page's engines are not tried.");

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

/** The engine, once the page has segmented a slice. */
async function engineAfterSlice(page: Page): Promise<string> {
  await page.getByRole("button", { name: "CS 4943, slice 17" }).click();
  await waitForStatus(page, /^Outlined/);
  assert.match(await textOf(page, "dice"), /^0\.9\d\d$/);
  return await textOf(page, "engine");
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
    assert.match(small.engine, /^WASM(, \d+ threads)?, \d+ ms a slice$/);
    const asked = await outline(page, `${server.url}?engine=webgpu`);
    assert.match(asked.engine, /^WebGPU, \d+ ms a slice$/);
    const wasm = await outline(page, `${full}&engine=wasm`);
    assert.match(wasm.engine, /^WASM, \d+ ms a slice$/);
    // By themselves, as they would on a machine with a GPU.
    await passForGpu(page);
    const [smallOnGpu, onGpu] = [await outline(page, server.url), await outline(page, full)];
    for (const { engine } of [smallOnGpu, onGpu]) assert.match(engine, /^WebGPU, \d+ ms a slice$/);
    assert.deepEqual([asked.mask, smallOnGpu.mask], [small.mask, small.mask]);
    assert.deepEqual(onGpu.mask, wasm.mask);
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
      assert.match(await textOf(page, "engine"), /^WebGPU, \d+ ms a slice$/);
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
    const onWasm = /^WASM(, \d+ threads)?, \d+ ms a slice$/, onGpu = /^WebGPU, \d+ ms a slice$/;

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

/**
 * A page that counts four cores, and whose clock can be put forward: nobody waits for the minute and a half that threads
 * may take to start.
 */
async function openWithThreads(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ serviceWorkers: "block" });
  const page = await context.newPage();
  await page.clock.install();
  await page.addInitScript(() => {
    Object.defineProperty(navigator, "hardwareConcurrency", { get: () => 4 });
  });
  return page;
}

Deno.test({
  name: "the page goes on with one thread of WASM where several hang",
  ignore: !executable,
  async fn() {
    await using server = await startEdge();
    await using browser = await launch(executable!);
    const page = await openWithThreads(browser);
    // The first worker says what reached it, and then nothing ever.
    let started = 0;
    await page.route(
      "**/assets/worker.js",
      (route) =>
        started++ > 0 ? route.continue() : route.fulfill({
          contentType: "text/javascript",
          headers: { "Cross-Origin-Embedder-Policy": "require-corp" },
          body:
            "onmessage = ({ data }) => console.log(`asked for ${data.settings.threads} threads`);",
        }),
    );
    const asked = page.waitForEvent("console", (message) => /^asked for/.test(message.text()));
    await page.goto(server.url);
    assert.equal((await asked).text(), "asked for 4 threads");
    await page.clock.fastForward(100_000);
    await waitForStatus(page, /^Ready/);
    assert.equal(started, 2);
    assert.match(await engineAfterSlice(page), /^WASM, \d+ ms a slice$/);
  },
});

/** Put before the code of a worker: its threads never say a word, and it tells what it sends itself. */
const withoutThreads = `
  self.Worker = class extends EventTarget { postMessage() {} terminate() {} };
  const { postMessage } = self;
  self.postMessage = (message, transfer) => {
    postMessage.call(self, message, transfer);
    console.log("sent", message.kind);
  };
`;

Deno.test({
  name: "the page waits twenty seconds for threads that hang, once it has downloaded all they need",
  ignore: !executable,
  async fn() {
    await using server = await startEdge();
    await using browser = await launch(executable!);
    const page = await openWithThreads(browser);
    const wasm = Promise.withResolvers<Route>();
    let started = 0;
    await page.route("**/assets/worker.js", async (route) => {
      if (started++ > 0) return await route.continue();
      const response = await route.fetch();
      await route.fulfill({ response, body: withoutThreads + await response.text() });
    });
    await page.route("**/*.wasm", (route) => wasm.resolve(route), { times: 1 });
    const downloaded = page.waitForEvent("console", {
      predicate: (message) => message.text() === "sent downloaded",
      timeout: 300_000,
    });
    await page.goto(server.url, { timeout: 300_000 });
    const slow = await wasm.promise;
    // A slow line is given longer.
    await page.clock.fastForward(50_000);
    await slow.continue();
    await downloaded;
    const again = page.waitForRequest("**/assets/worker.js", { timeout: 300_000 });
    const now = await page.evaluate(() => Date.now());
    await page.clock.pauseAt(now + 25_000);
    await again;
    await page.clock.resume();
    await waitForStatus(page, /^Ready/);
    assert.equal(started, 2);
    assert.match(await engineAfterSlice(page), /^WASM, \d+ ms a slice$/);
  },
});

Deno.test({
  name: "the page falls back to WASM where WebGPU is asked for and there is no adapter",
  ignore: !executable,
  async fn() {
    await using server = await startEdge();
    await using browser = await launch(executable!);
    const page = await browser.newPage();
    await page.goto(`${server.url}?engine=webgpu`);
    await waitForStatus(page, /^Ready/);
    assert.match(await engineAfterSlice(page), /^WASM(, \d+ threads)?, \d+ ms a slice$/);
  },
});
