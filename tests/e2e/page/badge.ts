/** What the page says of what runs the model. */

import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { textOf, waitForStatus } from "./open_page.ts";

/** The badge, once a slice was done in WebAssembly. */
export const onWasm = /^WASM(, \d+ threads)?, \d+ ms a slice$/;

/** The badge, once a slice was done on a GPU. */
export const onGpu = /^WebGPU, \d+ ms a slice$/;

/** The engine, once the page has segmented a slice. */
export async function engineAfterSlice(page: Page): Promise<string> {
  await page.getByRole("button", { name: "CS 4943, slice 17" }).click();
  await waitForStatus(page, /^Outlined/);
  assert.match(await textOf(page, "dice"), /^0\.9\d\d$/);
  return await textOf(page, "engine");
}
