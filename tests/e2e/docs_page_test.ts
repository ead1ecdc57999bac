/** The description of the API in a real browser, with all that it tells unfolded. */

/// <reference lib="dom" />

import assert from "node:assert/strict";
import { startEdge } from "../edge/support/running_server.ts";
import { assertUsable, looks } from "./assert_usable.ts";
import { findChromium, launch } from "./browser.ts";

const executable = findChromium();
if (!executable) console.log("No Chromium was found: the description of the API is not looked at.");

Deno.test({
  name: "/docs has no serious findings of axe and never scrolls sideways",
  ignore: !executable,
  async fn(t) {
    await using server = await startEdge();
    await using browser = await launch(executable!);
    for (const { name, ...look } of looks) {
      await t.step(name, async () => {
        const page = await browser.newPage(look), problems: string[] = [];
        page.on("console", (message) => {
          if (message.type() === "error") problems.push(message.text());
        });
        await page.goto(`${server.url}docs`);
        assert.equal(await page.title(), "Gliomap API");
        await assertUsable(page, "folded", "main");
        const folded = page.locator("details:not([open]) > summary");
        assert.ok(await folded.count() > 10);
        while (await folded.count() > 0) await folded.first().click();
        await assertUsable(page, "unfolded", "main");
        assert.deepEqual(problems, []);
        await page.close();
      });
    }
  },
});
