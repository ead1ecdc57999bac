/** A scan of 500 slices in a real browser: however a person moves, the page answers. */

/// <reference lib="dom" />

import assert from "node:assert/strict";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { geometryOfSpacing } from "../../../shared/geometry.ts";
import { encodeNifti } from "../../../shared/nifti/encode.ts";
import type { Volume } from "../../../shared/volume.ts";
import { readPatient } from "../../../train/data/dataset.ts";
import { listPatient } from "../../../train/data/patient_files.ts";
import { fileURLToPath } from "node:url";
import { root } from "../../edge/support/files.ts";
import { startEdge } from "../../edge/support/running_server.ts";
import { withFolder } from "../../train/support/temporary_folder.ts";
import { findChromium, launch } from "../browser.ts";
import { openPage, textOf, useModel, waitForStatus } from "./open_page.ts";

const executable = findChromium();
if (!executable) console.log("No Chromium was found: a long scan is not scrolled in the page.");

const slices = 500;

/** What a browser calls a long task takes longer than this, in milliseconds. */
const limit = 50;

/** The FLAIR slices of a real patient, over and over. */
async function longScan(): Promise<Uint8Array> {
  const folder = fileURLToPath(new URL("train/sample/TCGA_CS_4943_20000902", root));
  const { volume } = await readPatient((await listPatient(folder)).found);
  const { height, width, channels } = volume, size = height * width;
  const data = new Uint8Array(slices * size);
  for (let to = 0; to < data.length; to++) {
    data[to] = volume.data[(to % (volume.slices * size)) * channels + 1];
  }
  const long: Volume = { data, slices, height, width, channels: 1 };
  return await encodeNifti(long, geometryOfSpacing([slices, height, width], [1, 1, 1]));
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds of the thread's processor time. */
  readonly tdur?: number;
  readonly args: { readonly name?: string };
}

/**
 * The tasks of pages' main threads that took more than the limit, in milliseconds of processor time, the longest first.
 * What `PerformanceObserver` calls a long task would count the time that other programs had the processor as well.
 */
function longTasks(trace: Uint8Array, limit: number): number[] {
  const { traceEvents } = JSON.parse(new TextDecoder().decode(trace)) as {
    readonly traceEvents: readonly TraceEvent[];
  };
  const threadOf = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`;
  const mainThreads = new Set(
    traceEvents.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain")
      .map(threadOf),
  );
  const tasks = traceEvents.filter((event) =>
    event.ph === "X" && event.name.endsWith("RunTask") && mainThreads.has(threadOf(event))
  );
  const times = tasks.flatMap(({ tdur }) => tdur ?? []);
  // So that a trace of nothing does not pass.
  assert.ok(times.length > 100, `${times.length} of ${tasks.length} tasks have a time`);
  return times.map((microseconds) => Math.round(microseconds / 1000)).filter((time) => time > limit)
    .toSorted((a, b) => b - a);
}

const frames = (page: Page, count: number) =>
  page.evaluate(async (count) => {
    for (let i = 0; i < count; i++) await new Promise((resolve) => requestAnimationFrame(resolve));
  }, count);

Deno.test({
  name: "the page scrolls through 500 slices without a long task on its main thread",
  ignore: !executable,
  async fn(t) {
    const scan = await longScan();
    await using server = await startEdge();
    await using browser = await launch(executable!);
    const { page, problems } = await openPage(browser, server.url);
    // The preview might be done with all slices before they are scrolled through.
    await useModel(page, "unet");
    const startTracing = () => browser.startTracing(page, { categories: ["-*", "toplevel"] });
    await startTracing();

    await t.step("while it is opened", async () => {
      await withFolder(async (folder) => {
        const path = join(folder, "flair.nii.gz");
        await Deno.writeFile(path, scan);
        await page.setInputFiles("#file", path);
        await waitForStatus(page, /^Outlining/);
      });
      assert.match(await textOf(page, "slice-label"), /of 500$/);
    });

    await t.step("while slices are outlined, by wheel and keys", async () => {
      await page.locator('#progress-bar[max="500"]:not([value="0"])').waitFor({ timeout: 300_000 });
      await page.locator("#picture").hover();
      for (let step = 0; step < 60; step++) {
        await page.mouse.wheel(0, step < 30 ? 120 : -280);
        await frames(page, 1);
      }
      await page.locator("#picture").focus();
      await page.keyboard.press("Home");
      for (let step = 0; step < 40; step++) {
        await page.keyboard.press("PageUp");
        await frames(page, 1);
      }
      assert.equal(await textOf(page, "slice-label"), "401 of 500");
    });

    await t.step("once that is cancelled, by the slider", async () => {
      await page.getByRole("button", { name: "Cancel" }).click();
      await waitForStatus(page, /^Cancelled/);
      for (let index = 0; index < slices; index += 9) {
        await page.locator("#slice").fill(`${index}`);
      }
      await frames(page, 5);
    });

    await t.step(`with no task over ${limit} ms`, async () => {
      assert.deepEqual(longTasks(await browser.stopTracing(), limit), []);
    });

    await t.step("as is known by a task that is made longer, and is seen", async () => {
      await startTracing();
      await page.evaluate(() => {
        let sum = 0;
        for (let i = 0; i < 1e9; i++) sum += i % 7;
        return sum;
      });
      // Others come before and after it, so that the trace is one of many tasks as well.
      await frames(page, 200);
      assert.equal(longTasks(await browser.stopTracing(), limit).length, 1);
    });

    await t.step("without any error", () => assert.deepEqual(problems, []));
  },
});
