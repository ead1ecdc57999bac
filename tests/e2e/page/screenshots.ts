/**
 * `deno task screenshots`: the pictures of the page that the READMEs show, of a real browser with a real patient.
 *
 * @module
 */

/// <reference lib="dom" />

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "../../edge/support/files.ts";
import { startEdge } from "../../edge/support/running_server.ts";
import { findChromium, launch, softwareWebgl } from "../browser.ts";
import { openPage, waitForStatus } from "./open_page.ts";

const desk = { width: 1240, height: 900 }, phone = { width: 390, height: 844 };
const folder = fileURLToPath(new URL("train/sample/TCGA_CS_4943_20000902", root));

/** The pictures, and how each shows the page. */
export const shots = [
  { file: "preview.png", viewport: desk, colorScheme: "light", scene: false },
  { file: "preview_dark.png", viewport: desk, colorScheme: "dark", scene: false },
  { file: "preview_phone.png", viewport: phone, colorScheme: "light", scene: false },
  { file: "preview_scene.png", viewport: desk, colorScheme: "dark", scene: true },
] as const;

/**
 * Takes all of them.
 *
 * @param executable Chromium.
 * @param target The folder that they are written to.
 * @throws {Error} where anything goes wrong in the page.
 */
export async function takeScreenshots(executable: string, target: string): Promise<void> {
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
    await page.screenshot({ path: join(target, file) });
    if (problems.length > 0) throw new Error(`Cannot show the page: ${problems.join("; ")}`);
    await page.close();
  }
}

if (import.meta.main) {
  const executable = findChromium();
  if (!executable) throw new Error("Cannot take screenshots as Chromium must be installed");
  await takeScreenshots(executable, fileURLToPath(new URL("edge/web/", root)));
}
