/** A real Chromium for the tests of the page. */

import { delimiter, join } from "node:path";
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome"];

/**
 * Where Chromium is: what `GLIOMAP_CHROMIUM` names, or the first found on the PATH. Undefined where there is
 * none, which in CI is an error.
 */
export function findChromium(): string | undefined {
  const named = Deno.env.get("GLIOMAP_CHROMIUM");
  const folders = (Deno.env.get("PATH") ?? "").split(delimiter);
  const found = named ?? names.flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((path) => existsSync(path));
  if (found === undefined && Deno.env.get("CI") === "true") {
    throw new Error(
      "Cannot test the page as Chromium must be installed, or named by GLIOMAP_CHROMIUM",
    );
  }
  return found;
}

/** WebGL drawn by the processor. */
export const softwareWebgl = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"];

/**
 * Starts it without a window, and without anything it would look for on the network by itself.
 *
 * @param graphics How it draws. @default without a GPU
 */
export function launch(
  executablePath: string,
  graphics: readonly string[] = ["--disable-gpu"],
): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      ...graphics,
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
