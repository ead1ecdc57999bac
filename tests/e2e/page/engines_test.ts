/** Which engine the page takes where there is a GPU, and where there is none. */

/// <reference lib="dom" />

import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { startEdge } from "../../edge/support/running_server.ts";
import { findChromium, launch } from "../browser.ts";
import { textOf, waitForStatus } from "./open_page.ts";

const executable = findChromium();
if (!executable) console.log("No Chromium was found: the page's engines are not tried.");

/** WebGPU by the processor. */
const softwareWebgpu = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];

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

Deno.test({
  name: "the page runs the model in eight bits on WASM although there is a GPU, and says why",
  ignore: !executable,
  async fn() {
    await using server = await startEdge();
    await using browser = await launch(executable!, softwareWebgpu);
    const page = await browser.newPage();
    await passForGpu(page);
    await page.goto(server.url);
    await waitForStatus(page, /^Ready/);
    assert.match(
      await engineAfterSlice(page),
      /^WASM(, \d+ threads)? \(models in eight bits are kept off GPUs\), \d+ ms a slice$/,
    );
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
