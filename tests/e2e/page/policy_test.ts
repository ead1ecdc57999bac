/** The page keeps to its content security policy, in all that a person does with it. */

/// <reference lib="dom" />

import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { root, slicePath } from "../../edge/support/files.ts";
import { startEdge } from "../../edge/support/running_server.ts";
import { findChromium, launch, softwareWebgl } from "../browser.ts";
import { drop, dropped, openPage, save, waitForStatus } from "./open_page.ts";

const executable = findChromium();
if (!executable) console.log("No Chromium was found: the page's policy is not tried.");

const folder = fileURLToPath(new URL("train/sample/TCGA_CS_4943_20000902", root));

/** A violation as a browser reports it. */
interface Report {
  readonly "effective-directive": string;
  readonly "blocked-uri": string;
  readonly "document-uri": string;
}

/**
 * Hands everything on to a server, whose policy gets an address that browsers report violations to, be it of the page, of
 * its workers or of its service worker.
 */
function watchPolicy(target: string) {
  const reports: Report[] = [];
  const proxy = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => {
      const { pathname, search } = new URL(request.url);
      if (pathname === "/violations") {
        reports.push((await request.json())["csp-report"]);
        return new Response(null, { status: 204 });
      }
      const { method, body } = request, headers = new Headers(request.headers);
      headers.delete("accept-encoding");
      const response = await fetch(new URL(pathname + search, target), { method, headers, body });
      const told = new Headers(response.headers), policy = told.get("content-security-policy");
      assert.ok(policy, pathname);
      told.set("content-security-policy", `${policy}; report-uri /violations`);
      return new Response(response.body, { status: response.status, headers: told });
    },
  );
  return { url: `http://127.0.0.1:${proxy.addr.port}/`, reports, close: () => proxy.shutdown() };
}

/** What the policy forbids everywhere. */
const reachOut = () => fetch("http://127.0.0.1:9/").then(() => {}, () => {});

Deno.test({
  name: "the page keeps to its policy",
  ignore: !executable,
  async fn(t) {
    await using server = await startEdge();
    const { url, reports, close } = watchPolicy(server.url);
    await using browser = await launch(executable!, softwareWebgl);
    const permissions = ["clipboard-read", "clipboard-write"];
    const { page, problems } = await openPage(browser, url, { permissions });

    await t.step("with a sample", async () => {
      await page.getByRole("button", { name: "CS 4943, slice 17" }).click();
      await waitForStatus(page, /^Outlined/);
      await save(page, "Picture");
    });

    await t.step("with a slice that is dropped", async () => {
      await drop(page, [await dropped(slicePath)]);
      await waitForStatus(page, /^Outlined/);
      await save(page, "Mask as PNG");
    });

    await t.step("with a scan, its files and its 3D view", async () => {
      const files = [16, 17, 18].map((n) => join(folder, `TCGA_CS_4943_20000902_${n}.tif`));
      await page.setInputFiles("#file", files);
      await waitForStatus(page, /^Outlined/);
      await save(page, "Mask as NIfTI");
      await page.getByRole("button", { name: "3D view" }).click();
      await page.locator('#scene[aria-busy="false"]').waitFor({ timeout: 300_000 });
      await page.getByRole("button", { name: "3D view" }).click();
    });

    await t.step("with the edge, and diagnostics", async () => {
      await page.getByText("Edge server", { exact: true }).click();
      await waitForStatus(page, /^Outlined/);
      await page.getByRole("button", { name: "Copy diagnostics" }).click();
      const copied = () => page.evaluate(() => navigator.clipboard.readText());
      while (!(await copied()).startsWith("Gliomap page"));
      await page.getByText("This browser", { exact: true }).click();
    });

    await t.step("and out of what its service worker has kept", async () => {
      await page.locator("#offline").filter({ hasText: "Works offline" }).waitFor();
      await page.reload();
      await waitForStatus(page, /^Ready/);
      await page.getByRole("button", { name: "CS 4943, slice 17" }).click();
      await waitForStatus(page, /^Outlined/);
    });

    await t.step("which would have been reported of each", async () => {
      assert.deepEqual(problems, []);
      assert.deepEqual(reports, []);
      const [service] = page.context().serviceWorkers(), [worker] = page.workers();
      for (
        const violate of [
          () => page.evaluate(reachOut),
          () => worker.evaluate(reachOut),
          () => service.evaluate(reachOut),
        ]
      ) {
        const before = reports.length;
        await violate();
        while (reports.length === before) await new Promise((resolve) => setTimeout(resolve, 50));
        assert.equal(reports.at(-1)!["effective-directive"], "connect-src");
      }
    });

    await browser.close();
    await close();
  },
});
