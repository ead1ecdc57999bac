/// <reference lib="dom" />
/** NIfTI, DICOM and .npy in a page: what a browser reads and writes is what Deno does. */
import assert from "node:assert/strict";
import { build, stop } from "esbuild";
import { readSeries } from "../shared/dicom/fixture.ts";
import { readFixture } from "../shared/repository.ts";
import { findChromium, launch } from "./browser.ts";
import { type FormatFiles, readAndWrite } from "./formats_in_page.ts";

const executable = findChromium();
const why = executable ? "" : " (skipped: no Chromium was found)";

async function bundle(): Promise<string> {
  const entry =
    `import { readAndWrite } from "./formats_in_page.ts"; globalThis.readAndWrite = readAndWrite;`;
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: import.meta.dirname, loader: "ts" },
    bundle: true,
    write: false,
    format: "iife",
    platform: "browser",
    target: "es2022",
    logLevel: "error",
  });
  await stop();
  return outputFiles[0].text;
}

Deno.test({
  name: `shared reads and writes NIfTI, DICOM and .npy in Chromium as in Deno${why}`,
  ignore: !executable,
  // The browser's connection outlives what opened it.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    const nifti = ["axes_PSR.nii.gz", "scaled.nii.gz", "int16_big_endian.nii", "rgb.nii.gz"];
    const files: FormatFiles = {
      nifti: nifti.map((name) => [...readFixture(`nifti/${name}`)]),
      dicom: ["direction_tilted", "run_lengths", "big_endian", "enhanced"]
        .map((name) => readSeries(name).map((file) => [...file])),
      npy: ["fortran.npy", "big_f8.npy"].map((name) => [...readFixture(`npy/${name}`)]),
    };
    const script = await bundle(), browser = await launch(executable!);
    try {
      const page = await browser.newPage();
      await page.addScriptTag({ content: script });
      const inPage = await page.evaluate(
        (given) => (globalThis as unknown as Page).readAndWrite(given),
        files,
      );
      assert.deepEqual(inPage, JSON.parse(JSON.stringify(await readAndWrite(files))));
    } finally {
      await browser.close();
    }
  },
});

interface Page {
  readAndWrite(files: FormatFiles): Promise<unknown[]>;
}
