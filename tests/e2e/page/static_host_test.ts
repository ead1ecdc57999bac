/** The page as static files, from a host that knows nothing of it, under a path of its own. */

/// <reference lib="dom" />

import assert from "node:assert/strict";
import { join } from "node:path";
import { Hono } from "hono";
import { serveStatic } from "hono/deno";
import { readRuntimeWasm } from "../../../edge/engines.ts";
import { defaultModel } from "../../../edge/default_model.ts";
import { readModel } from "../../../edge/model_files.ts";
import { buildPage } from "../../../edge/page_build.ts";
import { root } from "../../edge/support/files.ts";
import { withFolder } from "../../train/support/temporary_folder.ts";
import { findChromium, launch } from "../browser.ts";
import { openPage, textOf, waitForStatus } from "./open_page.ts";

const executable = findChromium();
if (!executable) console.log("No Chromium was found: the page is not tried on a static host.");

/** Writes the files that `deno task bundle` writes to `dist/page`. */
async function writePage(folder: string): Promise<void> {
  const names = [defaultModel, "unet"];
  const models = await Promise.all(
    names.map((name) => readModel(new URL(`edge/models/${name}/`, root))),
  );
  const assets = await buildPage({ models, wasmBinary: await readRuntimeWasm() });
  for (const [path, read] of assets) {
    const target = join(folder, path);
    await Deno.mkdir(join(target, ".."), { recursive: true });
    await Deno.writeFile(target, await read());
  }
}

/** Serves a folder's files, and nothing but these. */
function serveFolder(folder: string): Deno.HttpServer<Deno.NetAddr> {
  const app = new Hono().get("*", serveStatic({ root: folder }));
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, app.fetch);
}

Deno.test({
  name: "the page works from a static host, under a path of its own",
  ignore: !executable,
  async fn(t) {
    await withFolder(async (folder) => {
      await writePage(join(folder, "some/where"));
      await using server = serveFolder(folder);
      await using browser = await launch(executable!);
      const url = `http://127.0.0.1:${server.addr.port}/some/where/`;
      const { page, problems, posted } = await openPage(browser, url);

      await t.step("on one thread, as the host does not isolate it", async () => {
        assert.equal(await page.evaluate(() => crossOriginIsolated), false);
        await page.getByRole("button", { name: "CS 4943, slice 17" }).click();
        await waitForStatus(page, /^Outlined/);
        assert.match(await textOf(page, "dice"), /^0\.9\d\d$/);
        assert.match(await textOf(page, "engine"), /^WASM, \d+ ms a slice$/);
      });

      await t.step("with the models that the host offers", async () => {
        const models = page.getByRole("combobox", { name: "Model" });
        assert.equal(await models.locator("option").count(), 2);
        await models.selectOption("unet");
        await page.locator("#model-name").filter({ hasText: "unet" }).waitFor({ timeout: 300_000 });
        await waitForStatus(page, /^Outlined/);
        assert.equal(page.url(), `${url}?model=unet`);
      });

      await t.step("without a request beyond its path", () => {
        assert.deepEqual(problems, []);
        assert.deepEqual(posted, []);
      });

      await t.step("under a policy that lets nothing in from outside", async () => {
        const blocked = await page.evaluate(async () => {
          const violated = new Promise<string>((resolve) => {
            addEventListener(
              "securitypolicyviolation",
              ({ effectiveDirective }) => resolve(effectiveDirective),
            );
          });
          await fetch("http://127.0.0.1:9/").catch(() => {});
          return await violated;
        });
        assert.equal(blocked, "connect-src");
      });

      await t.step("which says that it has no edge where that is asked for", async () => {
        await page.getByText("Edge server", { exact: true }).click();
        await page.getByRole("alert").filter({ hasText: "This host serves the page alone" })
          .waitFor();
      });

      await t.step("and offline after the first visit", async () => {
        await page.locator("#offline").filter({ hasText: "Works offline" }).waitFor();
        await page.context().setOffline(true);
        await page.goto(`${url}index.html`);
        await waitForStatus(page, /^Ready/);
      });
    });
  },
});
