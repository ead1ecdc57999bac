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

/** The mask of the sample slice by the model in floats, and the engine that drew it. */
async function outline(page: Page, address: string) {
  await page.goto(address);
  await waitForStatus(page, /^Ready/);
  const engine = await engineAfterSlice(page);
  return { engine, ...await savedMask(page) };
}

Deno.test({
  name: `the page runs a model in floats on WebGPU, with the mask of WASM${why}`,
  ignore: !adapter,
  async fn() {
    await using server = await startEdge();
    await using browser = await launch(executable!, softwareWebgpu);
    const page = await browser.newPage();
    const wasm = await outline(page, `${server.url}?model=unet&engine=wasm`);
    assert.match(wasm.engine, /^WASM, /);
    // Separable convolutions.
    const [small, smallOnGpu] = [
      await outline(page, `${server.url}?engine=wasm`),
      await outline(page, `${server.url}?engine=webgpu`),
    ];
    assert.match(smallOnGpu.engine, /^WebGPU, /);
    assert.ok(small.mask.data.includes(1));
    assert.deepEqual(smallOnGpu.mask, small.mask);
    // Software says of itself that it is none.
    assert.match((await outline(page, `${server.url}?model=unet`)).engine, /^WASM, /);
    // By itself, as it would on a machine with a GPU.
    await passForGpu(page);
    const webgpu = await outline(page, `${server.url}?model=unet`);
    assert.match(webgpu.engine, /^WebGPU, \d+ ms a slice$/);
    assert.ok(webgpu.mask.data.includes(1));
    assert.deepEqual(webgpu.mask, wasm.mask);
  },
});

Deno.test({
  name:
    `the page runs models in eight bits and small ones on WASM although there is a GPU, and says why${why}`,
  ignore: !adapter,
  async fn() {
    await withFolder(async (folder) => {
      await writeEightBits(folder);
      await using server = await startEdge("--model", folder);
      await using browser = await launch(executable!, softwareWebgpu);
      const page = await browser.newPage();
      await passForGpu(page);
      await page.goto(server.url);
      await waitForStatus(page, /^Ready/);
      assert.match(
        await engineAfterSlice(page),
        /^WASM(, \d+ threads)? \(models in eight bits are kept off GPUs\), \d+ ms a slice$/,
      );
      await page.getByRole("combobox", { name: "Model" }).selectOption("preview");
      await page.locator("#model-name").filter({ hasText: "preview" }).waitFor({
        timeout: 300_000,
      });
      await waitForStatus(page, /^Outlined/);
      assert.match(
        await textOf(page, "engine"),
        /^WASM.* \(small models are kept off GPUs\), \d+ ms/,
      );
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
