/**
 * `deno task screenshots`: the pictures of the page that README shows, of a real browser with a real slice.
 *
 * @module
 */

/// <reference lib="dom" />

import { fileURLToPath } from "node:url";
import { root } from "../../edge/support/files.ts";
import { startEdge } from "../../edge/support/running_server.ts";
import { findChromium, launch, softwareWebgl } from "../browser.ts";
import { openPage, waitForStatus } from "./open_page.ts";

const executable = findChromium();
if (!executable) throw new Error("Cannot take screenshots as Chromium must be installed");

const desk = { width: 1240, height: 900 }, phone = { width: 390, height: 844 };
const folder = fileURLToPath(new URL("train/sample/TCGA_CS_4943_20000902", root));

const shots = [
  { file: "preview.png", viewport: desk, colorScheme: "light", scene: false },
  { file: "preview_dark.png", viewport: desk, colorScheme: "dark", scene: false },
  { file: "preview_phone.png", viewport: phone, colorScheme: "light", scene: false },
  { file: "preview_scene.png", viewport: desk, colorScheme: "dark", scene: true },
];

await using server = await startEdge();
await using browser = await launch(executable, softwareWebgl);
for (const { file, scene, ...look } of shots) {
  const { page, problems } = await openPage(browser, server.url, look);
  await page.setInputFiles("#folder", folder);
  await waitForStatus(page, /^Outlined/);
  await page.locator("#offline").filter({ hasText: "Works offline" }).waitFor();
  if (scene) {
    await page.getByRole("button", { name: "3D view" }).click();
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
    await page.locator('#scene[aria-busy="false"]').waitFor({ timeout: 120_000 });
  }
  const path = fileURLToPath(new URL(`edge/web/${file}`, root));
  await page.screenshot({ path });
  if (problems.length > 0) throw new Error(`Cannot show the page: ${problems.join("; ")}`);
  console.log(path);
  await page.close();
}
