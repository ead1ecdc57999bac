/** The page without a network, after a first visit. */

/// <reference lib="dom" />

import assert from "node:assert/strict";
import { startEdge } from "../../edge/support/running_server.ts";
import { findChromium, launch } from "../browser.ts";
import { openPage, savedMask, textOf, waitForStatus } from "./open_page.ts";

const executable = findChromium();
if (!executable) console.log("No Chromium was found: the page is not tried without a network.");

Deno.test({
  name: "the page works offline after the first visit",
  ignore: !executable,
  async fn(t) {
    await using server = await startEdge();
    await using browser = await launch(executable!);
    const { page, problems } = await openPage(browser, server.url);
    const sample = page.getByRole("button", { name: "CS 4943, slice 17" });
    await sample.click();
    await waitForStatus(page, /^Outlined/);
    const online = await savedMask(page);
    await page.locator("#offline").filter({ hasText: "Works offline" }).waitFor();

    await t.step("and keeps what it needs, but not the engine for GPUs", async () => {
      const kept = await page.evaluate(async () => {
        const [name] = await caches.keys();
        return (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname);
      });
      for (const path of ["", "assets/page.js", "assets/models/preview/model.onnx"]) {
        assert.ok(kept.includes(`/${path}`), path);
      }
      assert.deepEqual(kept.filter((path) => path.includes("asyncify")), []);
    });

    await t.step("with the same mask, the server being gone as well", async () => {
      await page.context().setOffline(true);
      await server.stop("SIGKILL");
      await page.reload();
      await waitForStatus(page, /^Ready/);
      assert.equal(await page.evaluate(() => navigator.onLine), false);
      await sample.click();
      await waitForStatus(page, /^Outlined/);
      assert.deepEqual(await savedMask(page), online);
      assert.match(await textOf(page, "dice"), /^0\.\d+$/);
      assert.ok(await page.evaluate(() => crossOriginIsolated));
    });

    await t.step("and says so where the edge is asked for", async () => {
      await page.getByText("Edge server", { exact: true }).click();
      await page.getByRole("alert").filter({ hasText: "cannot be reached" }).waitFor();
    });

    await t.step("without any other error", () => {
      assert.deepEqual(problems.filter((problem) => !problem.includes("net::ERR_")), []);
    });
  },
});
