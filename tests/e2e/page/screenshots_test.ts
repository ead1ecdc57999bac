/** The pictures in the READMEs: `deno task screenshots` takes every one of them. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { decode } from "fast-png";
import { readDimensions } from "../../../shared/image/dimensions.ts";
import { readBytes } from "../../edge/support/files.ts";
import { withFolder } from "../../train/support/temporary_folder.ts";
import { findChromium } from "../browser.ts";
import { shots, takeScreenshots } from "./screenshots.ts";

const executable = findChromium();
if (!executable) console.log("No Chromium was found: no screenshots are taken.");

/** The page's pictures that a guide shows. */
async function shownIn(path: string): Promise<string[]> {
  const guide = new TextDecoder().decode(await readBytes(path));
  return [...guide.matchAll(/\bweb\/(\w+\.png)/g)].map(([, name]) => name);
}

Deno.test("the READMEs show the screenshots that are taken, in their size, and no others", async () => {
  const shown = [...await shownIn("README.md"), ...await shownIn("edge/README.md")];
  assert.deepEqual(shown.toSorted(), shots.map(({ file }) => file).toSorted());
  for (const { file, viewport: { width, height } } of shots) {
    const picture = readDimensions(await readBytes(`edge/web/${file}`));
    assert.deepEqual([picture.width, picture.height], [width, height], file);
  }
});

/** How much brighter than black a picture is in the mean, from 0 to 255, and how many pixels are red. */
function lookOf(png: Uint8Array) {
  const { data, channels } = decode(png);
  let sum = 0, red = 0;
  for (let i = 0; i < data.length; i += channels) {
    sum += data[i + 1];
    if (data[i] > 200 && data[i + 1] < 130 && data[i + 2] < 120) red++;
  }
  return { brightness: sum * channels / data.length, red };
}

Deno.test({
  name: "deno task screenshots takes the page with an outline, light and dark, wide and narrow",
  ignore: !executable,
  fn: () =>
    withFolder(async (folder) => {
      await takeScreenshots(executable!, folder);
      for (const { file, viewport, colorScheme, scene } of shots) {
        const png = await Deno.readFile(join(folder, file));
        const { width, height } = decode(png), { brightness, red } = lookOf(png);
        assert.deepEqual({ width, height }, viewport, file);
        assert.equal(brightness > 100, colorScheme === "light", `${file}: ${brightness}`);
        if (!scene) assert.ok(red > 200, `${file}: ${red} red pixels`);
      }
    }),
});
