/** Which engine the page takes where there is no GPU. */

/// <reference lib="dom" />

import assert from "node:assert/strict";
import type { Browser, Page, Route } from "playwright-core";
import { startEdge } from "../../edge/support/running_server.ts";
import { findChromium, launch } from "../browser.ts";
import { engineAfterSlice, onWasm } from "./badge.ts";
import { waitForStatus } from "./open_page.ts";

const executable = findChromium();
if (!executable) console.log("No Chromium was found: the page's engines are not tried.");

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
    assert.match(await engineAfterSlice(page), onWasm);
  },
});
